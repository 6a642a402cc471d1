// SPDX-License-Identifier: Apache-2.0

import FuzzTargets
import GatewayCore
import Testing

@testable import HTTPEdge

struct HTTPRequestParserTests {
    static let everyRequest =
        HTTPAcceptances.all.map(\.request) + HTTPRefusals.all.map(\.request)

    @Test(arguments: HTTPRefusals.all)
    func refuses(request: String, error: HTTPProtocolError) {
        #expect(exchange([Array(request.utf8)]) == .refused(error))
    }

    @Test(arguments: HTTPAcceptances.all)
    func accepts(request: String, body: String) throws {
        let accepted = try #require(exchange([Array(request.utf8)]).request)
        #expect(accepted.body == Array(body.utf8))
        #expect(accepted.byteCount == request.utf8.count)
    }

    @Test(arguments: everyRequest)
    func answersTheSameByteByByte(request: String) {
        let bytes = Array(request.utf8)
        guard bytes.count < 2000 else { return }
        #expect(exchange(bytes.map { [$0] }) == exchange([bytes]))
    }

    @Test(arguments: everyRequest)
    func answersTheSameInTwoParts(request: String) {
        let bytes = Array(request.utf8)
        let whole = exchange([bytes])
        for split in stride(from: 0, through: bytes.count, by: bytes.count < 2000 ? 1 : 509) {
            #expect(exchange([Array(bytes[..<split]), Array(bytes[split...])]) == whole)
        }
    }

    @Test(arguments: HTTPAcceptances.all)
    func waitsForTheLastByte(request: String, body: String) {
        for length in 0..<min(request.utf8.count, 2000) where length < request.utf8.count {
            #expect(exchange([Array(request.utf8.prefix(length))]) == .incomplete)
        }
    }

    @Test(arguments: HTTPAcceptances.all)
    func leavesTheNextRequestAlone(request: String, body: String) {
        let alone = exchange([Array(request.utf8)])
        #expect(exchange([Array((request + "GET /next HTTP/1.1\r\n").utf8)]) == alone)
    }

    /// A request written anew from what was read means the same, so no peer is led to read more or
    /// less than we did.
    @Test(arguments: HTTPAcceptances.all)
    func meansTheSameWrittenAnew(request: String, body: String) throws {
        let first = try #require(exchange([Array(request.utf8)]).request)
        let second = try #require(exchange([first.serialised]).request)
        #expect(second.method == first.method)
        #expect(second.target == first.target)
        #expect(second.path == first.path)
        #expect(second.query == first.query)
        #expect(second.body == first.body)
        #expect(second.byteCount == first.serialised.count)
    }

    @Test func splitsTheTarget() throws {
        let request = try #require(Self.request("GET http://demo:80/a/b?c=d?e HTTP/1.1"))
        #expect(request.target == "http://demo:80/a/b?c=d?e")
        #expect(request.path == "/a/b")
        #expect(request.query == "c=d?e")
        #expect(Self.request("GET /a HTTP/1.1")?.query == nil)
        #expect(Self.request("GET /a? HTTP/1.1")?.query == "")
        #expect(Self.request("OPTIONS * HTTP/1.1")?.path == "*")
        #expect(Self.request("GET http://demo HTTP/1.1")?.path == "")
    }

    @Test(arguments: [
        ("GET", HTTPMethod.get), ("HEAD", .head), ("POST", .post), ("OPTIONS", .options),
        ("get", .other), ("GETS", .other), ("PUT", .other),
    ])
    func knowsItsMethods(name: String, method: HTTPMethod) throws {
        try Self.withHead("\(name) / HTTP/1.1\r\nHost: demo\r\n\r\n") { head, _ in
            #expect(head.method == method)
        }
    }

    @Test(arguments: [
        ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close", false),
        ("HTTP/1.1", "Connection: Keep-Alive , CLOSE", false),
        ("HTTP/1.1", "Connection: keep-alive\r\nConnection: close", false),
        ("HTTP/1.1", "Connection: closed", true), ("HTTP/1.0", "", false),
        ("HTTP/1.0", "Connection: ,keep-alive", true),
        ("HTTP/1.0", "Connection: keep-alive, close", false),
    ])
    func decidesWhetherToKeepTheConnection(version: String, field: String, keepsAlive: Bool) {
        let fields = field.isEmpty ? "" : field + "\r\n"
        let bytes = Array("GET / \(version)\r\nHost: demo\r\n\(fields)\r\n".utf8)
        #expect(exchange([bytes]).request?.keepsAlive == keepsAlive)
    }

    @Test func ignoresAnExpectationInAnOldVersion() {
        let rest = "\r\nHost: demo\r\nExpect: 100-continue\r\n\r\n"
        #expect(exchange([Array("POST / HTTP/1.1\(rest)".utf8)]).request?.expectsContinue == true)
        #expect(exchange([Array("POST / HTTP/1.0\(rest)".utf8)]).request?.expectsContinue == false)
    }

    @Test(arguments: HTTPKnownField.allCases)
    func findsKnownFieldsInAnyCase(field: HTTPKnownField) throws {
        let name = String(describing: field.name)
        for spelling in [name, name.uppercased()] {
            let found = try #require(
                spelling.utf8.withContiguousStorageIfAvailable {
                    HTTPKnownField.named(UnsafeRawBufferPointer($0))
                }
            )
            #expect(found == field)
        }
        var other = Array(name.utf8)
        other[other.count - 1] = UInt8(ascii: "#")
        #expect(other.withUnsafeBytes { HTTPKnownField.named($0) } == nil)
    }

    @Test func readsFieldsWhereTheyStand() throws {
        let text = "GET / HTTP/1.1\r\nHost: demo\r\nX-Request-Budget-Ms: \t50 \r\nA: b\r\n\r\n"
        try Self.withHead(text) { head, bytes in
            #expect(head.fields.count == 3)
            let value = head.value(of: .requestBudget)
            #expect(value.map { bytes[$0].isEqual(to: "50") } == true)
            #expect(head.value(of: .origin) == nil)
        }
    }

    @Test func startsAnewAfterAReset() throws {
        var parser = HTTPRequestParser()
        let requests = [
            "POST /a HTTP/1.1\r\nHost: demo\r\nConnection: close\r\nContent-Length: 1\r\n\r\n",
            "GET /b?c HTTP/1.1\r\nHost: demo\r\n\r\n",
        ]
        for request in requests {
            parser.reset()
            let bytes = Array(request.utf8)
            _ = try bytes.withUnsafeBytes { try parser.parseHead($0) }
        }
        #expect(parser.head.method == .get)
        #expect(parser.head.body == .none)
        #expect(parser.head.keepsAlive)
        #expect(parser.head.fields.count == 1)
    }

    private static func request(_ line: String) -> HTTPRequestText? {
        exchange([Array((line + "\r\nHost: demo\r\n\r\n").utf8)]).request
    }

    private static func withHead(
        _ text: String,
        _ body: (HTTPRequestHead, UnsafeRawBufferPointer) -> Void
    ) throws {
        var parser = HTTPRequestParser()
        let bytes = Array(text.utf8)
        let progress = try bytes.withUnsafeBytes { try parser.parseHead($0) }
        #expect(progress == .head(byteCount: bytes.count))
        bytes.withUnsafeBytes { body(parser.head, $0) }
    }
}
