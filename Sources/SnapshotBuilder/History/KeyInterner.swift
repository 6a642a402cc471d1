// SPDX-License-Identifier: Apache-2.0

/// Numbers distinct byte strings 0, 1, 2… in the order they first come.
struct KeyInterner {
    private static let empty = UInt32.max

    private(set) var count = 0
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var hashes: [UInt64] = []
    private var slots = [UInt32](repeating: empty, count: 1024)
    private var last = 0

    func key(_ number: Int) -> ArraySlice<UInt8> { bytes[start(number)..<ends[number]] }

    /// The number of `key`, new when it was never seen.
    mutating func intern(_ key: UnsafeRawBufferPointer) -> Int {
        if count > 0, equals(last, key) { return last }
        let hash = Self.hash(key)
        let slot = find(key, hash)
        last = slots[slot] == Self.empty ? insert(key, hash, at: slot) : Int(slots[slot])
        return last
    }

    private func find(_ key: UnsafeRawBufferPointer, _ hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != Self.empty {
            let number = Int(slots[slot])
            if hashes[number] == hash, equals(number, key) { return slot }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private mutating func insert(_ key: UnsafeRawBufferPointer, _ hash: UInt64, at slot: Int) -> Int
    {
        let number = count
        slots[slot] = UInt32(number)
        bytes.append(contentsOf: key)
        ends.append(bytes.count)
        hashes.append(hash)
        count += 1
        if count * 2 > slots.count { rehash() }
        return number
    }

    private mutating func rehash() {
        slots = [UInt32](repeating: Self.empty, count: slots.count * 2)
        for number in 0..<count {
            var slot = Int(truncatingIfNeeded: hashes[number]) & (slots.count - 1)
            while slots[slot] != Self.empty { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(number)
        }
    }

    private func start(_ number: Int) -> Int { number == 0 ? 0 : ends[number - 1] }

    @inline(__always)
    private func equals(_ number: Int, _ key: UnsafeRawBufferPointer) -> Bool {
        let range = start(number)..<ends[number]
        return bytes.withUnsafeBytes {
            FieldText.equal(UnsafeRawBufferPointer(rebasing: $0[range]), key)
        }
    }

    /// FNV-1a, its high bits folded into the low ones that choose the slot.
    private static func hash(_ key: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash ^ hash >> 32
    }
}
