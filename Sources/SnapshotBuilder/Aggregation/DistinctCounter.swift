// SPDX-License-Identifier: Apache-2.0

/// Counts distinct numbers in bounded memory: exactly up to `Limits.customersCountedExactly`, above
/// by adaptive sampling with a standard error below 4 %.
///
/// Source: Flajolet, "On adaptive sampling", Computing 43 (1990): of all hashes keep those whose
/// `level` lowest bits are 0, and raise the level when they become too many.
struct DistinctCounter {
    private var slots = [UInt32](repeating: 0, count: 4)
    private var kept = 0
    private var level: UInt32 = 0

    var estimate: Int64 { Int64(kept) << Int64(level) }

    mutating func insert(_ number: Int) {
        let hash = Self.mix(UInt32(truncatingIfNeeded: number) &+ 1)
        guard isSampled(hash), insert(hash: hash) else { return }
        kept += 1
        if kept > Limits.customersCountedExactly { raiseLevel() }
        if kept * 2 > slots.count { rebuild(slotCount: slots.count * 2) }
    }

    private func isSampled(_ hash: UInt32) -> Bool { hash & ((1 << level) - 1) == 0 }

    private mutating func insert(hash: UInt32) -> Bool {
        var slot = Int(hash >> 16) & (slots.count - 1)
        while slots[slot] != 0 {
            if slots[slot] == hash { return false }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = hash
        return true
    }

    private mutating func raiseLevel() {
        level += 1
        rebuild(slotCount: slots.count)
    }

    private mutating func rebuild(slotCount: Int) {
        let old = slots
        slots = [UInt32](repeating: 0, count: slotCount)
        kept = 0
        for hash in old where hash != 0 && isSampled(hash) && insert(hash: hash) { kept += 1 }
    }

    /// MurmurHash3's finalizer: a bijection, so distinct numbers never collide; it keeps 0.
    private static func mix(_ number: UInt32) -> UInt32 {
        var hash = number
        hash = (hash ^ hash >> 16) &* 0x85eb_ca6b
        hash = (hash ^ hash >> 13) &* 0xc2b2_ae35
        return hash ^ hash >> 16
    }
}
