// SPDX-License-Identifier: Apache-2.0

/// Scores by item, for one query at a time: open addressing, at most half full.
///
/// A slot counts only when it bears the query's epoch, so nothing is cleared between queries. The
/// table begins each query small enough for the second cache and doubles as it fills.
struct ItemScores {
    /// An item's score, and the epoch that wrote it.
    private struct Slot: BitwiseCopyable {
        var epoch: UInt32
        var item: UInt32
        var score: Double
    }

    /// Slots a query begins with, 64 KiB of them.
    private static let slotsMinimum = 4096

    private(set) var count = 0
    private let slots: UnsafeMutablePointer<Slot>
    /// Slots in the order they were taken.
    private let taken: UnsafeMutablePointer<UInt32>
    private let aside: UnsafeMutablePointer<ScoredItem>
    private let slotsMaximum: Int
    private var mask = slotsMinimum - 1
    private var epoch: UInt32 = 0

    /// A table for at most so many different items.
    init(itemsMaximum: Int) {
        var size = Self.slotsMinimum
        while size < 2 * itemsMaximum { size *= 2 }
        slotsMaximum = size
        slots = .allocate(capacity: size)
        slots.initialize(repeating: Slot(epoch: 0, item: 0, score: 0), count: size)
        taken = .allocate(capacity: size)
        aside = .allocate(capacity: size)
    }

    func deallocate() {
        slots.deallocate()
        taken.deallocate()
        aside.deallocate()
    }

    /// Forgets everything.
    mutating func begin() {
        count = 0
        mask = Self.slotsMinimum - 1
        advanceEpoch()
    }

    /// Adds to the score of an item.
    @inline(__always)
    mutating func add(_ score: Double, to item: UInt32) {
        var slot = Self.scattered(item) & mask
        while slots[slot].epoch == epoch {
            if slots[slot].item == item {
                slots[slot].score += score
                return
            }
            slot = (slot + 1) & mask
        }
        take(slot, item, score)
    }

    /// The item that came at a place, and its score.
    func scored(at place: Int) -> ScoredItem {
        let slot = slots[Int(taken[place])]
        return ScoredItem(item: slot.item, score: slot.score)
    }

    private mutating func take(_ slot: Int, _ item: UInt32, _ score: Double) {
        slots[slot] = Slot(epoch: epoch, item: item, score: score)
        taken[count] = UInt32(slot)
        count += 1
        if 2 * count > mask && mask + 1 < slotsMaximum { grow() }
    }

    /// Twice the slots: what is there is put aside and taken in again, in the same order.
    private mutating func grow() {
        let scored = count
        for place in 0..<scored { aside[place] = self.scored(at: place) }
        mask = 2 * mask + 1
        count = 0
        advanceEpoch()
        for place in 0..<scored { add(aside[place].score, to: aside[place].item) }
    }

    /// After four thousand million queries an old slot could pass for a new one.
    private mutating func advanceEpoch() {
        epoch &+= 1
        guard epoch == 0 else { return }
        slots.update(repeating: Slot(epoch: 0, item: 0, score: 0), count: slotsMaximum)
        epoch = 1
    }

    /// Spreads neighbouring items over the table: Knuth's multiplicative hash, high bits folded in.
    @inline(__always)
    private static func scattered(_ item: UInt32) -> Int {
        let product = item &* 2_654_435_769
        return Int(product ^ (product >> 15))
    }
}
