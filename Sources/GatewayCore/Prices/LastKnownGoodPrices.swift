// SPDX-License-Identifier: Apache-2.0

/// The last prices a model gave, for the rung that answers when no model can.
///
/// A fixed table of `capacity` entries in sets of four; a new entry replaces the oldest of its set.
/// Owned by one event loop. The table belongs to one snapshot: prices never cross a publication.
struct LastKnownGoodPrices {
    /// What a price was given for.
    struct Key: Equatable {
        var productRow: UInt32
        var customerKind: UInt32
        var quantity: Int64
    }

    private struct Entry {
        var key = Key(productRow: .max, customerKind: 0, quantity: 0)
        var unitPriceMinor: Int64 = 0
        var storedNanoseconds: UInt64 = 0
    }

    /// Entries a key may be stored in: enough to keep hot keys apart, one cache line or two to read.
    private static let associativity = 4

    private let entries: UnsafeMutableBufferPointer<Entry>
    private let setMask: Int
    private let maximumAgeNanoseconds: UInt64

    /// Makes an empty table of at least `capacity` entries.
    ///
    /// `deallocate` frees it.
    init(capacity: Int, maximumAgeNanoseconds: UInt64) {
        var sets = 1
        while sets * Self.associativity < capacity { sets *= 2 }
        entries = .allocate(capacity: sets * Self.associativity)
        entries.initialize(repeating: Entry())
        setMask = sets - 1
        self.maximumAgeNanoseconds = maximumAgeNanoseconds
    }

    func deallocate() {
        entries.deallocate()
    }

    /// Forgets everything: a new snapshot serves.
    func removeAll() {
        entries.update(repeating: Entry())
    }

    /// The price given for `key` within the maximum age, in minor units.
    func price(for key: Key, now: UInt64) -> Int64? {
        for index in set(of: key) where entries[index].key == key {
            let entry = entries[index]
            return now &- entry.storedNanoseconds <= maximumAgeNanoseconds
                ? entry.unitPriceMinor : nil
        }
        return nil
    }

    func store(_ unitPriceMinor: Int64, for key: Key, now: UInt64) {
        var victim = set(of: key).lowerBound
        for index in set(of: key) {
            if entries[index].key == key {
                victim = index
                break
            }
            if entries[index].storedNanoseconds < entries[victim].storedNanoseconds {
                victim = index
            }
        }
        entries[victim] = Entry(
            key: key,
            unitPriceMinor: unitPriceMinor,
            storedNanoseconds: now
        )
    }

    private func set(of key: Key) -> Range<Int> {
        var hash = UInt64(key.productRow) &* 0x9E37_79B9_7F4A_7C15
        hash ^= UInt64(bitPattern: key.quantity) &+ UInt64(key.customerKind) << 40
        hash = (hash ^ hash >> 29) &* 0xBF58_476D_1CE4_E5B9
        let first = (Int(truncatingIfNeeded: hash >> 32) & setMask) * Self.associativity
        return first..<first + Self.associativity
    }
}
