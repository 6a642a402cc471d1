// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Failures in a row and when each happened.
///
/// The run belongs to one epoch of the breaker and starts again in the next. Two failures at the
/// same instant may read each other's time as older than it is, which only delays the count by one.
struct FailureRun: ~Copyable, Sendable {
    /// Failures whose times are kept.
    static let capacity = 16

    /// Epoch in the high half, length in the low.
    private let run = Atomic<UInt64>(0)
    private let times = InlineArray<16, Atomic<UInt64>> { _ in Atomic(0) }

    func fail(epoch: UInt32, now: UInt64) {
        var seen = run.load(ordering: .relaxed)
        while true {
            let next = seen >> 32 == UInt64(epoch) ? seen + 1 : UInt64(epoch) << 32 | 1
            times[Int((next - 1) % UInt64(Self.capacity))].store(now, ordering: .relaxed)
            let (exchanged, current) = run.compareExchange(
                expected: seen,
                desired: next,
                ordering: .acquiringAndReleasing
            )
            if exchanged { return }
            seen = current
        }
    }

    /// Ends the run; one load when there is none.
    func succeed(epoch: UInt32) {
        let ended = UInt64(epoch) << 32
        let seen = run.load(ordering: .relaxed)
        if seen >> 32 == UInt64(epoch), seen != ended { run.store(ended, ordering: .relaxed) }
    }

    /// The run's length, held below `limit` unless the last `limit` failures fall within `span`.
    func length(epoch: UInt32, limit: Int, span: UInt64, now: UInt64) -> Int {
        let seen = run.load(ordering: .acquiring)
        let length = Int(seen & 0xFFFF_FFFF)
        guard seen >> 32 == UInt64(epoch) else { return 0 }
        guard length >= limit else { return length }
        let oldest = times[(length - limit) % Self.capacity].load(ordering: .relaxed)
        return now.minus(oldest) <= span ? length : limit - 1
    }
}
