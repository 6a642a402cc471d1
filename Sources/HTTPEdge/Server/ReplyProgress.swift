// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// Whether a client that has more replies waiting than a connection may buffer takes them fast enough.
///
/// Judged in windows, so that a client that was fast for long cannot stall for long. Pure: the time
/// and the bytes are arguments.
struct ReplyProgress {
    /// Long enough for a phone that changes its network, short beside a connection's memory.
    static let window = TimeAmount.seconds(5)

    private var windowStart: NIODeadline
    private var sentAtStart: Int

    /// Begins to watch, with the bytes of replies the client has taken so far.
    init(at now: NIODeadline, sentBytes: Int) {
        windowStart = now
        sentAtStart = sentBytes
    }

    /// Whether the client took less than `bytesPerSecondMinimum`, or nothing, in a whole window;
    /// the answer stays the same until it takes more.
    mutating func isTooSlow(
        at now: NIODeadline,
        sentBytes: Int,
        bytesPerSecondMinimum: Int
    ) -> Bool {
        let elapsed = now - windowStart
        guard elapsed >= Self.window else { return false }
        let taken = sentBytes - sentAtStart
        let expected = Int64(bytesPerSecondMinimum) * elapsed.nanoseconds / 1_000_000_000
        guard Int64(taken) >= max(1, expected) else { return true }
        self = ReplyProgress(at: now, sentBytes: sentBytes)
        return false
    }
}
