// SPDX-License-Identifier: Apache-2.0

import FuzzTargets
import GatewayCore
import Testing

@testable import HTTPEdge

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
