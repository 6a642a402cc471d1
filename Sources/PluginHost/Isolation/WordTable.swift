// SPDX-License-Identifier: Apache-2.0
import CSluice

/// The rules and reasons a worker has said, each kept once.
///
/// A reply's words must outlive it, as a plugin's literals do, but a worker's memory is not ours.
/// Concurrency: one thread adds; what was added never moves or changes, so every thread may read it.
/// Lifetime: the words live as long as the table. No allocation after init.
final class WordTable {
    private let bytes: UnsafeMutableRawPointer
    private let slots: UnsafeMutableBufferPointer<UInt16>
    private let sizes: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    /// Half full at most, so that a look-up ends soon.
    private static let slotCount = 2 * Limits.workerWordsMax
    private static let free = UInt16.max

    init() {
        bytes = .allocate(byteCount: Limits.workerWordsMax * Limits.wordBytesMax, alignment: 1)
        slots = .allocate(capacity: Self.slotCount)
        slots.initialize(repeating: Self.free)
        sizes = .allocate(capacity: Limits.workerWordsMax)
        sizes.initialize(repeating: 0)
    }

    deinit {
        bytes.deallocate()
        slots.deallocate()
        sizes.deallocate()
    }

    /// The word, in memory of the table; nil when it is too long or the table is full.
    func intern(_ word: UnsafeRawBufferPointer) -> sluice_bytes? {
        guard !word.isEmpty else { return sluice_bytes(data: nil, size: 0) }
        guard word.count <= Limits.wordBytesMax else { return nil }
        var slot = Self.hash(word)
        while true {
            slot %= Self.slotCount
            guard slots[slot] != Self.free else { return add(word, slot) }
            let known = self.word(Int(slots[slot]))
            if known.elementsEqual(word) { return sluice_bytes(known) }
            slot += 1
        }
    }

    private func add(_ word: UnsafeRawBufferPointer, _ slot: Int) -> sluice_bytes? {
        guard count < Limits.workerWordsMax, let source = word.baseAddress else { return nil }
        (bytes + count * Limits.wordBytesMax).copyMemory(from: source, byteCount: word.count)
        sizes[count] = UInt8(word.count)
        slots[slot] = UInt16(count)
        count += 1
        return sluice_bytes(self.word(count - 1))
    }

    private func word(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: bytes + index * Limits.wordBytesMax,
            count: Int(sizes[index])
        )
    }

    /// FNV-1a.
    private static func hash(_ word: UnsafeRawBufferPointer) -> Int {
        let hash = word.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return Int(hash >> 33)
    }
}
