// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What a breaker's window held at one moment.
package struct WindowCounts: Hashable, Sendable {
    /// Countable results.
    package internal(set) var total = 0
    /// Failures among them.
    package internal(set) var failed = 0
    /// Slow successes among them.
    package internal(set) var slow = 0
    /// Failures in a row, as far as they fall within the settings' span.
    package internal(set) var consecutiveFailures = 0
}

/// Ten buckets of results, each one atomic word, so a result costs one compare-and-swap.
///
/// A bucket belongs to one lap of the ring and one epoch of the breaker: the first result of
/// another lap or a later epoch starts it afresh, so nothing ever has to be cleared.
struct OutcomeWindow: ~Copyable, Sendable {
    static let bucketCount: UInt64 = 10
    /// Calls that can be asked for; a bucket that reaches 8,191 halves all its counts.
    static let callsMinMax = 4_000

    private let buckets = InlineArray<10, Atomic<UInt64>> { _ in Atomic(0) }
    private let bucketNanoseconds: UInt64

    init(bucketNanoseconds: UInt64) { self.bucketNanoseconds = bucketNanoseconds }

    var spanNanoseconds: UInt64 { bucketNanoseconds * Self.bucketCount }

    func add(_ outcome: CallOutcome, epoch: UInt32, now: UInt64) {
        let tick = now / bucketNanoseconds
        let index = Int(tick % Self.bucketCount)
        let fresh = OutcomeBucket(lap: tick / Self.bucketCount, epoch: epoch)
        var seen = buckets[index].load(ordering: .relaxed)
        while true {
            guard let next = OutcomeBucket(bits: seen).adding(outcome, to: fresh) else { return }
            let (exchanged, current) = buckets[index].compareExchange(
                expected: seen,
                desired: next.bits,
                ordering: .relaxed
            )
            if exchanged { return }
            seen = current
        }
    }

    func counts(epoch: UInt32, now: UInt64) -> WindowCounts {
        var counts = WindowCounts()
        let tick = now / bucketNanoseconds
        for age in 0..<min(Self.bucketCount, tick + 1) {
            let owner = tick - age
            let index = Int(owner % Self.bucketCount)
            let bucket = OutcomeBucket(bits: buckets[index].load(ordering: .relaxed))
            let expected = OutcomeBucket(lap: owner / Self.bucketCount, epoch: epoch)
            guard bucket.hasOwner(of: expected) else { continue }
            counts.total += bucket.total
            counts.failed += bucket.failed
            counts.slow += bucket.slow
        }
        return counts
    }
}

/// One bucket in 64 bits.
///
/// Bits, lowest first: total 13, failed 13, slow 13, epoch 5, lap 20.
///
/// A lap of one-second buckets comes round after 121 days, and an epoch after 32 changes of phase.
struct OutcomeBucket: Hashable, Sendable {
    private static let countMax = 8_191

    let bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    init(lap: UInt64, epoch: UInt32) {
        bits = UInt64(epoch & 31) << 39 | lap << 44
    }

    private init(owner: UInt64, total: Int, failed: Int, slow: Int) {
        // Halving keeps the rates, which are all that so many calls are asked for.
        let shift = total > Self.countMax ? 1 : 0
        bits =
            owner << 39 | UInt64(total >> shift) | UInt64(failed >> shift) << 13
            | UInt64(slow >> shift) << 26
    }

    var total: Int { Int(bits & 8_191) }
    var failed: Int { Int(bits >> 13 & 8_191) }
    var slow: Int { Int(bits >> 26 & 8_191) }
    private var owner: UInt64 { bits >> 39 }

    func hasOwner(of other: OutcomeBucket) -> Bool { owner == other.owner }

    /// This bucket with one more result, or `fresh` with its first; nil when `fresh` is of an
    /// epoch that this bucket has left behind.
    func adding(_ outcome: CallOutcome, to fresh: OutcomeBucket) -> OutcomeBucket? {
        if isLaterEpoch(than: fresh) { return nil }
        let base = hasOwner(of: fresh) ? self : fresh
        return OutcomeBucket(
            owner: base.owner,
            total: base.total + 1,
            failed: base.failed + (outcome == .failure ? 1 : 0),
            slow: base.slow + (outcome == .slow ? 1 : 0)
        )
    }

    /// Epochs go round, so later means less than half a turn ahead, in the same lap.
    private func isLaterEpoch(than other: OutcomeBucket) -> Bool {
        let lead = (owner &- other.owner) & 31
        return owner >> 5 == other.owner >> 5 && (1..<16).contains(lead)
    }
}
