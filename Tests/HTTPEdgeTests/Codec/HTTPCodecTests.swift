// SPDX-License-Identifier: Apache-2.0

import CAllocationCounter
import GatewayCore
import Testing

@testable import HTTPEdge

struct HTTPCharactersTests {
    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    private static let alphanumerics = letters + "0123456789"

    @Test func setsHoldTheirCharacters() {
        expect(.token, alphanumerics: "!#$%&'*+-.^_`|~")
        expect(.path, alphanumerics: "-._~!$&'()*+,;=:@/%")
        expect(.query, alphanumerics: "-._~!$&'()*+,;=:@/%?[]{}|\\^`")
        expect(.host, alphanumerics: "-._~")
        expect(.addressLiteral, Set("0123456789abcdefABCDEF:.".utf8))
    }

    private func expect(_ set: CharacterSet128, alphanumerics extra: String) {
        expect(set, Set((Self.alphanumerics + extra).utf8))
    }

    private func expect(_ set: CharacterSet128, _ characters: Set<UInt8>) {
        for byte in UInt8.min...UInt8.max {
            #expect(set.contains(byte) == characters.contains(byte), "byte \(byte)")
        }
    }

    @Test func fieldTextHasNoControlCharacters() {
        for byte in UInt8.min...UInt8.max {
            let allowed = byte == 9 || byte >= 32 && byte != 127
            #expect(FieldText.contains(byte) == allowed)
            for position in 0..<19 {
                var text = [UInt8](repeating: 0x61, count: 19)
                text[position] = byte
                #expect(text.withUnsafeBytes { FieldText.containsAll($0) } == allowed)
            }
        }
    }
}

struct ChunkedBodyDecoderTests {
    @Test func decodesInPlace() throws {
        var bytes = Array("5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\nGET".utf8)
        var decoder = ChunkedBodyDecoder()
        let progress = try bytes.withUnsafeMutableBytes {
            try decoder.decode(UnsafeRawBufferPointer($0), into: $0)
        }
        #expect(progress.isComplete)
        #expect(progress.consumed == bytes.count - 3)
        #expect(String(decoding: bytes.prefix(progress.written), as: UTF8.self) == "hello world")
    }

    @Test func boundsTheWholeBody() throws {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 6
        let head = "POST / HTTP/1.1\r\nHost: demo\r\nTransfer-Encoding: chunked\r\n\r\n"
        let fitting = Array((head + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n").utf8)
        let tooLarge = Array((head + "3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n").utf8)
        #expect(exchange([fitting], limits: limits).request?.body.count == 6)
        #expect(exchange([tooLarge], limits: limits) == .refused(.bodyTooLarge))
    }

    @Test func startsAnewAfterAReset() throws {
        var decoder = ChunkedBodyDecoder()
        var output: [UInt8] = [0, 0]
        for _ in 0..<2 {
            decoder.reset()
            let progress = try output.withUnsafeMutableBytes {
                try decoder.decode(("1\r\na\r\n0\r\n\r\n" as StaticString).bytes, into: $0)
            }
            #expect(progress.isComplete && progress.written == 1)
        }
    }
}

struct HTTPResponseEncoderTests {
    @Test func writesAWholeResponse() {
        var encoder = HTTPResponseEncoder(capacity: 8)
        encoder.begin(.ok, unixSeconds: 784_111_777)
        encoder.field("Content-Type", "application/json")
        encoder.field("Age", 7)
        encoder.end(body: ("{}" as StaticString).bytes)
        #expect(
            text(encoder.bytes) == """
                HTTP/1.1 200 OK\r
                Date: Sun, 06 Nov 1994 08:49:37 GMT\r
                Content-Type: application/json\r
                Age: 7\r
                Content-Length: 2\r
                \r
                {}
                """
        )
    }

    @Test func omitsTheBodyOfAHead() {
        let response = end(.ok, HTTPResponseEncoder.Ending(omitsBody: true))
        #expect(response.hasSuffix("Content-Length: 2\r\n\r\n"))
    }

    @Test func saysThatItCloses() {
        let response = end(.badRequest, HTTPResponseEncoder.Ending(closes: true))
        #expect(response.hasSuffix("Content-Length: 2\r\nConnection: close\r\n\r\n{}"))
    }

    @Test(arguments: [HTTPStatus.noContent, .notModified])
    func sendsNeitherLengthNorBody(status: HTTPStatus) {
        #expect(end(status, HTTPResponseEncoder.Ending()).hasSuffix("GMT\r\n\r\n"))
    }

    @Test func keepsAValueInItsField() {
        var encoder = HTTPResponseEncoder(capacity: 64)
        encoder.field("Vary", ("a\r\nX: b\u{0}" as StaticString).bytes)
        #expect(text(encoder.bytes) == "Vary: a??X: b?\r\n")
    }

    @Test func letsTheClientContinue() {
        var encoder = HTTPResponseEncoder(capacity: 64)
        encoder.writeContinue()
        #expect(text(encoder.bytes) == "HTTP/1.1 100 Continue\r\n\r\n")
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
        (1_709_251_200, "Fri, 01 Mar 2024 00:00:00 GMT"),
        (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
    ])
    func writesDates(seconds: Int64, expected: String) {
        var date = HTTPDate()
        for _ in 0..<2 {
            let text = String(decoding: date.text(atUnixSeconds: seconds), as: UTF8.self)
            #expect(text == expected)
        }
    }

    private func end(_ status: HTTPStatus, _ ending: HTTPResponseEncoder.Ending) -> String {
        var encoder = HTTPResponseEncoder(capacity: 64)
        encoder.begin(status, unixSeconds: 0)
        encoder.end(body: ("{}" as StaticString).bytes, ending)
        return text(encoder.bytes)
    }

    private func text(_ writer: borrowing ByteWriter) -> String {
        String(decoding: writer.bytes, as: UTF8.self)
    }
}

struct HTTPCodecAllocationTests {
    private static let request: StaticString = """
        POST /v1/prices?a=b HTTP/1.1\r
        Host: demo\r
        Content-Type: application/json\r
        x-request-budget-ms: 50\r
        Transfer-Encoding: chunked\r
        \r
        5\r
        hello\r
        0\r
        \r

        """

    @Test func allocatesNothingOnceWarm() throws {
        var parser = HTTPRequestParser()
        var decoder = ChunkedBodyDecoder()
        var encoder = HTTPResponseEncoder(capacity: 1024)
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 64, alignment: 1)
        defer { output.deallocate() }
        func roundTrip(_ seconds: Int64) throws(HTTPProtocolError) {
            parser.reset()
            decoder.reset()
            encoder.bytes.removeAll()
            let bytes = Self.request.bytes
            guard case .head(let count) = try parser.parseHead(bytes) else { return }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[count...])
            let progress = try decoder.decode(rest, into: output)
            encoder.begin(.ok, unixSeconds: seconds)
            encoder.field("Content-Type", "application/json")
            encoder.field("Sluice-Decision", bytes[parser.head.path])
            encoder.end(body: UnsafeRawBufferPointer(rebasing: output[..<progress.written]))
        }
        try roundTrip(0)
        let before = allocation_count()
        for seconds in 1...100 { try roundTrip(Int64(seconds)) }
        #expect(allocation_count() == before)
    }
}
