// SPDX-License-Identifier: Apache-2.0

/// Numbers distinct 64-bit keys 0, 1, 2… in the order they first come.
struct NumberTable {
    private static let empty = UInt32.max

    private(set) var count = 0
    private var keys: [UInt64]
    private var numbers: [UInt32]
    private var last: (key: UInt64, number: UInt32)?

    init() {
        keys = [UInt64](repeating: 0, count: 1024)
        numbers = [UInt32](repeating: Self.empty, count: 1024)
    }

    /// The number of a key, and whether it is new.
    mutating func number(of key: UInt64) -> (number: UInt32, isNew: Bool) {
        if let last, last.key == key { return (last.number, false) }
        var slot = find(key)
        let isNew = numbers[slot] == Self.empty
        if isNew {
            if 2 * count >= numbers.count {
                grow()
                slot = find(key)
            }
            keys[slot] = key
            numbers[slot] = UInt32(count)
            count += 1
        }
        last = (key, numbers[slot])
        return (numbers[slot], isNew)
    }

    private func find(_ key: UInt64) -> Int {
        var slot = Self.slot(key, mask: numbers.count - 1)
        while numbers[slot] != Self.empty && keys[slot] != key {
            slot = (slot + 1) & (numbers.count - 1)
        }
        return slot
    }

    private mutating func grow() {
        let (oldKeys, oldNumbers) = (keys, numbers)
        keys = [UInt64](repeating: 0, count: 2 * oldKeys.count)
        numbers = [UInt32](repeating: Self.empty, count: 2 * oldNumbers.count)
        for slot in oldNumbers.indices where oldNumbers[slot] != Self.empty {
            let place = find(oldKeys[slot])
            keys[place] = oldKeys[slot]
            numbers[place] = oldNumbers[slot]
        }
    }

    /// Fibonacci hashing, its high bits folded down.
    private static func slot(_ key: UInt64, mask: Int) -> Int {
        let product = (key ^ (key >> 32)) &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: product >> 20) & mask
    }
}
