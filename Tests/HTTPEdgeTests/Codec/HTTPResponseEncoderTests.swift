// SPDX-License-Identifier: Apache-2.0

import GatewayCore
import Testing

@testable import HTTPEdge

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
