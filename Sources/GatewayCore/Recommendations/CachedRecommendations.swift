// SPDX-License-Identifier: Apache-2.0

/// The last lists a model gave for a product, for the rung below the models.
///
/// A direct-mapped table keyed by the product in focus and the intent. Owned by one event loop and one
/// snapshot, as `LastKnownGoodPrices` is.
struct CachedRecommendations {
    /// What a list was given for.
    struct Key: Equatable {
        var focusRow: UInt32
        var intent: UInt32
    }

    /// Items kept of a list: what a widget shows, with room for those the next shopper already has.
    static let itemsMaximum = 24

    private struct Entry {
        var key = Key(focusRow: .max, intent: 0)
        var count: UInt32 = 0
        var storedNanoseconds: UInt64 = 0
        var rows = InlineArray<24, UInt32>(repeating: 0)
    }

    private let entries: UnsafeMutableBufferPointer<Entry>
    private let maximumAgeNanoseconds: UInt64

    /// Makes an empty table of at least `capacity` entries.
    ///
    /// `deallocate` frees it.
    init(capacity: Int, maximumAgeNanoseconds: UInt64) {
        var count = 1
        while count < capacity { count *= 2 }
        entries = .allocate(capacity: count)
        entries.initialize(repeating: Entry())
        self.maximumAgeNanoseconds = maximumAgeNanoseconds
    }

    func deallocate() {
        entries.deallocate()
    }

    /// Forgets everything: a new snapshot serves.
    func removeAll() {
        entries.update(repeating: Entry())
    }

    /// Calls `body` with each product row of the list for `key`, best first; false when there is none.
    func forEachRow(for key: Key, now: UInt64, _ body: (UInt32) -> Void) -> Bool {
        let entry = entries.baseAddress.unsafelyUnwrapped + index(of: key)
        guard entry.pointee.count > 0, entry.pointee.key == key,
            now &- entry.pointee.storedNanoseconds <= maximumAgeNanoseconds
        else { return false }
        for position in 0..<Int(entry.pointee.count) {
            body(entry.pointee.rows[position])
        }
        return true
    }

    /// Keeps the first rows of a list.
    ///
    /// `row` gives the product row at a position below `count`.
    func store(_ count: Int, for key: Key, now: UInt64, row: (Int) -> UInt32) {
        let entry = entries.baseAddress.unsafelyUnwrapped + index(of: key)
        let kept = min(count, Self.itemsMaximum)
        entry.pointee.key = key
        entry.pointee.count = UInt32(kept)
        entry.pointee.storedNanoseconds = now
        for position in 0..<kept {
            entry.pointee.rows[position] = row(position)
        }
    }

    private func index(of key: Key) -> Int {
        let hash = (UInt64(key.focusRow) << 8 | UInt64(key.intent)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: hash >> 32) & (entries.count - 1)
    }
}
