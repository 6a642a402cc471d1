// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// What one connection and one request may cost the data plane.
package struct ServerLimits: Hashable, Sendable, Encodable {
    /// Bytes of the request line.
    package var requestLineBytes = 8 << 10
    /// Bytes of all header fields together.
    package var headerBytes = 16 << 10
    /// Header fields.
    package var headerCount = 64
    /// Bytes of a body: 500 lines with long ids fit well.
    package var bodyBytes = 256 << 10
    /// Requests after which a connection is closed.
    package var requestsPerConnection = 100_000
    /// Open connections.
    package var connections = 10_000
    /// Requests read ahead on one connection.
    package var pipelinedRequests = 16
    /// Time from a request's first byte to the end of its header.
    package var headerTimeoutNanoseconds: UInt64 = .seconds(5)
    /// Time from the end of the header to the end of the body.
    package var bodyTimeoutNanoseconds: UInt64 = .seconds(10)
    /// Time a connection may wait for its next request.
    package var idleTimeoutNanoseconds: UInt64 = .seconds(60)
    /// Bytes per second below which a body is given up; 0 for no minimum.
    package var minimumBodyBytesPerSecond = 1 << 10

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        readSizes(object)
        readCounts(object)
        readTimes(object)
    }

    private mutating func readSizes(_ object: ObjectDecoder) {
        object.read("request_line", .byteSize(in: 64...(64 << 10)), into: &requestLineBytes)
        object.read("header_bytes", .byteSize(in: 256...(1 << 20)), into: &headerBytes)
        object.read("body_bytes", .byteSize(in: 256...(64 << 20)), into: &bodyBytes)
        object.read(
            "minimum_body_rate",
            .byteSize(in: 0...(1 << 30)),
            into: &minimumBodyBytesPerSecond
        )
    }

    private mutating func readCounts(_ object: ObjectDecoder) {
        object.read("header_count", .integer(in: 1...1000), into: &headerCount)
        object.read(
            "requests_per_connection",
            .integer(in: 1...1_000_000_000),
            into: &requestsPerConnection
        )
        object.read("connections", .integer(in: 1...1_000_000), into: &connections)
        object.read("pipelined_requests", .integer(in: 1...1024), into: &pipelinedRequests)
    }

    private mutating func readTimes(_ object: ObjectDecoder) {
        let wait = ConfigLimits.wait
        object.read("header_timeout", .nanoseconds(in: wait), into: &headerTimeoutNanoseconds)
        object.read("body_timeout", .nanoseconds(in: wait), into: &bodyTimeoutNanoseconds)
        object.read("idle_timeout", .nanoseconds(in: wait), into: &idleTimeoutNanoseconds)
    }
}
