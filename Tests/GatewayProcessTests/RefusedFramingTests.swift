// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Bytes whose framing cannot be trusted: a refusal, then the connection closes.
@Suite struct RefusedFramingTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var bytes: String
        var status: Int
        var testDescription: String { name }

        init(_ name: String, _ status: Int, _ bytes: String) {
            self.name = name
            self.status = status
            self.bytes = bytes
        }

        static func fields(_ name: String, _ status: Int, _ fields: String) -> Case {
            Case(name, status, "POST /v1/prices HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
        }

        static func chunks(_ name: String, _ status: Int, _ chunks: String) -> Case {
            fields(name, status, "Transfer-Encoding: chunked\r\n\r\n\(chunks)")
        }
    }

    static let cases: [Case] = [
        .fields("2 GiB", 413, "Content-Length: 2147483648\r\n"),
        .fields("more than 64 bits", 400, "Content-Length: 99999999999999999999999\r\n"),
        .fields("negative length", 400, "Content-Length: -1\r\n"),
        .fields("signed length", 400, "Content-Length: +1\r\n"),
        .fields("two lengths", 400, "Content-Length: 2\r\nContent-Length: 2\r\n"),
        .fields("list of lengths", 400, "Content-Length: 2, 2\r\n"),
        .fields(
            "length and chunked",
            400,
            "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"
        ),
        .fields("other coding", 501, "Transfer-Encoding: gzip, chunked\r\n"),
        .fields("chunked twice", 400, "Transfer-Encoding: chunked, chunked\r\n"),
        .fields("folded field", 400, "X-A: b\r\n c\r\n"),
        .fields("space before colon", 400, "X-A : b\r\n"),
        .fields("empty name", 400, ": b\r\n"),
        .fields("NUL in value", 400, "X-A: b\0c\r\n"),
        .fields("CR in value", 400, "X-A: b\rc\r\n"),
        .fields("bare LF", 400, "X-A: b\nX-B: c\r\n"),
        .fields("repeated Host", 400, "Host: b\r\n"),
        .fields("other expectation", 417, "Expect: more\r\nContent-Length: 2\r\n"),
        .fields("too many fields", 431, String(repeating: "X: y\r\n", count: 70)),
        .fields("too large fields", 431, "X: \(String(repeating: "y", count: 20_000))\r\n"),
        .chunks("no chunk size", 400, "\r\n"),
        .chunks("bad chunk size", 400, "xyz\r\n"),
        .chunks("huge chunk", 413, "FFFFFFFF\r\n"),
        .chunks("overflowing chunk", 400, "FFFFFFFFFFFFFFFFF\r\n"),
        .chunks("chunk longer than its size", 400, "2\r\nabc\r\n"),
        .chunks("bad chunk extension", 400, "2;\0\r\nab\r\n"),
        Case("no Host", 400, "GET /v2 HTTP/1.1\r\n\r\n"),
        Case("HTTP/2.0", 505, "GET /v2 HTTP/2.0\r\nHost: a\r\n\r\n"),
        Case("HTTP/1.2", 505, "GET /v2 HTTP/1.2\r\nHost: a\r\n\r\n"),
        Case("misspelled version", 400, "GET /v2 HTTX/1.1\r\nHost: a\r\n\r\n"),
        Case("no version", 400, "GET /v2\r\n\r\n"),
        Case("bad target", 400, "GET v2 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("two spaces", 400, "GET  /v2 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("long target", 414, "GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\n\r\n"),
        Case("binary junk", 400, "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n"),
        Case(
            "chunked in HTTP/1.0",
            400,
            "POST /v1/prices HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        ),
    ]

    @Test(arguments: cases)
    func refusesAndCloses(_ bad: Case) throws {
        let gateway = try RunningGateway.shared.get()
        let bystander = try RawConnection(port: gateway.dataPort)
        let connection = try RawConnection(port: gateway.dataPort)
        try connection.send(bad.bytes)
        let reply = try connection.readReply()
        #expect(reply.status == bad.status, "\(reply.text)")
        #expect(reply["Connection"] == "close")
        try expectProblem(reply)
        #expect(connection.isClosed())
        try bystander.send("GET /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try bystander.readReply().status == 200)
    }

    @Test func pipelinedRequestsBehindARefusalAreNotAnswered() throws {
        let gateway = try RunningGateway.shared.get()
        let connection = try RawConnection(port: gateway.dataPort)
        let live = "GET /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\n"
        try connection.send(live + "GET /v2 HTTP/1.1\r\nHost : a\r\n\r\n" + live)
        #expect(try connection.readReply().status == 200)
        #expect(try connection.readReply().status == 400)
        #expect(connection.isClosed())
    }
}
