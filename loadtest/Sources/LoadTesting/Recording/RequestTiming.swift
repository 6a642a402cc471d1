// SPDX-License-Identifier: Apache-2.0

/// The times of one request on the monotonic clock, in nanoseconds.
package struct RequestTiming: Sendable {
    /// When the schedule wanted it sent.
    package var intended: UInt64
    /// When this process was ready to send it; later than `intended` is our fault.
    package var ready: UInt64
    /// When a connection took it; later than `ready` is the server's fault; 0 when none did.
    package var sent: UInt64 = 0
    /// When the reply's first byte was read.
    package var firstByte: UInt64 = 0
    /// When the reply's last byte was read, or the request failed.
    package var end: UInt64 = 0
    /// Position of the phase in which it was due, among `LoadSettings.phases`.
    package var phase = 0

    /// A request that was due and can be sent.
    package init(intended: UInt64, ready: UInt64) {
        self.intended = intended
        self.ready = ready
    }

    /// A time by a clock, in nanoseconds; nil when the request did not come so far.
    func nanoseconds(by clock: LatencyClock) -> UInt64? {
        switch clock {
        case .scheduled: Self.span(intended, end)
        case .service: sent == 0 ? nil : Self.span(sent, end)
        case .timerLag: Self.span(intended, ready)
        case .connectionWait: Self.span(ready, sent == 0 ? end : sent)
        case .firstByte: firstByte == 0 ? nil : Self.span(sent, firstByte)
        case .phase: nil
        }
    }

    private static func span(_ start: UInt64, _ end: UInt64) -> UInt64 {
        end > start ? end - start : 0
    }
}
