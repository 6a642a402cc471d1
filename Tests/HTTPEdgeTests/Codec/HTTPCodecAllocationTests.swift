// SPDX-License-Identifier: Apache-2.0

import CAllocationCounter
import GatewayCore
import Testing

@testable import HTTPEdge

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
