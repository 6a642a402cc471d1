// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The calls in flight, so that one that never ends is noticed.
///
/// A slot is zero or the lease of one call. Whoever swaps a lease back to zero, the call's result
/// or the sweep after its deadline, is the one that counts it: exactly one of them can.
struct LeaseTable: ~Copyable, Sendable {
    /// More calls than this in flight go untracked; at 8 bytes a slot the table is two pages.
    static let slotCount = 1_024
    /// Slots tried per call: taken ones mean that a thousand calls have started since.
    static let probeCount = 8

    private let slots = InlineArray<1_024, Atomic<UInt64>> { _ in Atomic(0) }

    /// Takes a slot near the ticket's own; nil when all of those tried are taken.
    func claim(_ lease: Lease, ticket: UInt64) -> UInt16? {
        for probe in 0..<UInt64(Self.probeCount) {
            let slot = Int((ticket &+ probe) % UInt64(Self.slotCount))
            guard slots[slot].load(ordering: .relaxed) == 0 else { continue }
            if swap(slot, from: 0, to: lease.bits) { return UInt16(slot) }
        }
        return nil
    }

    /// Ends a lease; false when it had ended already.
    func release(_ lease: Lease, slot: UInt16) -> Bool {
        Int(slot) < Self.slotCount && swap(Int(slot), from: lease.bits, to: 0)
    }

    /// Ends every lease that has lapsed and hands each to `body`.
    func expire(now: UInt64, _ body: (Lease) -> Void) {
        for slot in 0..<Self.slotCount {
            let lease = Lease(bits: slots[slot].load(ordering: .relaxed))
            guard lease.bits != 0, lease.hasLapsed(now: now) else { continue }
            if swap(slot, from: lease.bits, to: 0) { body(lease) }
        }
    }

    /// Calls in flight that have a slot.
    var count: Int {
        (0..<Self.slotCount).count { slots[$0].load(ordering: .relaxed) != 0 }
    }

    private func swap(_ slot: Int, from expected: UInt64, to desired: UInt64) -> Bool {
        slots[slot].compareExchange(
            expected: expected,
            desired: desired,
            ordering: .acquiringAndReleasing
        ).exchanged
    }
}

/// One call's right to be in flight: until when, in which epoch, and a tag against reuse.
///
/// Bits, lowest first: tick 28, epoch 24, tag 12. The tag is never zero, so neither is a lease.
struct Lease: Hashable, Sendable {
    /// What a deadline may be overrun by before the call counts as hung: 1 ms.
    static let graceNanoseconds: UInt64 = 1_000_000
    /// The longest lease; ticks wrap after 19 hours, and order holds for half of that.
    static let nanosecondsMax: UInt64 = 3_600_000_000_000
    /// A tick is 2^18 ns, about a quarter of the grace.
    private static let tickShift: UInt64 = 18
    private static let tickMask: UInt64 = 1 << 28 - 1

    let bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    init(deadline: UInt64, epoch: UInt32, ticket: UInt64, now: UInt64) {
        let lapse = min(deadline, now.plus(Self.nanosecondsMax)).plus(Self.graceNanoseconds)
        let tick = lapse.plus(1 << Self.tickShift - 1) >> Self.tickShift & Self.tickMask
        let tag = ticket / UInt64(LeaseTable.slotCount) % 4_095 + 1
        bits = tick | UInt64(epoch) << 28 | tag << 52
    }

    var epoch: UInt32 { UInt32(truncatingIfNeeded: bits >> 28) & BreakerWord.epochMask }

    func hasLapsed(now: UInt64) -> Bool {
        let age = (now >> Self.tickShift &- bits) & Self.tickMask
        return age < 1 << 27
    }
}
