// SPDX-License-Identifier: Apache-2.0

/// What a reply is counted under.
package struct SeriesName: Hashable, Sendable {
    /// The name of the request in the scenario.
    package var route: String
    /// The answer's rung, `-` when the server names none.
    package var rung: String
    /// The model version that answered, `-` when the server names none.
    package var version: String
    /// Whether the server refused with 503.
    package var isShed: Bool
}

/// Latencies of one kind of reply, by both clocks.
package struct Series: Sendable {
    /// From when the request was due until the end of the reply: what the shopper waited.
    package var scheduled = LatencyHistogram()
    /// From when the request was sent until the end of the reply.
    package var service = LatencyHistogram()

    /// An empty series.
    package init() {}

    /// Replies counted.
    package var count: UInt64 { scheduled.count }

    /// Adds another series.
    package mutating func add(_ other: Series) {
        scheduled.add(other.scheduled)
        service.add(other.service)
    }

    mutating func record(_ timing: RequestTiming) {
        scheduled.record(timing.end - timing.intended)
        service.record(timing.end - timing.sent)
    }
}

/// The times of one request on the monotonic clock, in nanoseconds.
struct RequestTiming {
    /// When the schedule wanted it sent.
    var intended: UInt64
    /// When this process was ready to send it; later than `intended` is our fault.
    var ready: UInt64
    /// When a connection took it; later than `ready` is the server's fault.
    var sent: UInt64 = 0
    /// When the reply's first byte was read.
    var firstByte: UInt64 = 0
    /// When the reply's last byte was read.
    var end: UInt64 = 0
    /// Position of the phase in which it was due, among `LoadSettings.phases`.
    var phase = 0
}
