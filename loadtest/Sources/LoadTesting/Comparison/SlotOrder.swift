// SPDX-License-Identifier: Apache-2.0

/// Whose turn it is when two targets are measured by turns: ABBA or BAAB, as a coin says.
///
/// Within four slots each target has the same mean time, so what drifts steadily hits both alike.
package enum SlotOrder {
    /// One turn.
    package struct Slot: Hashable, Sendable {
        /// 0 for the first target, 1 for the second.
        package let side: Int
        /// Which pair of slots it belongs to; both of a pair send the same arrivals.
        package let pair: Int
    }

    /// So many pairs of slots in order.
    package static func slots(pairs: Int, seed: UInt64) -> [Slot] {
        var generator = SeededGenerator(seed: seed, stream: 0xABBA)
        var slots: [Slot] = []
        var leader = 0
        for pair in 0..<pairs {
            leader = pair % 2 == 0 ? Int(generator.next() & 1) : 1 - leader
            slots += [Slot(side: leader, pair: pair), Slot(side: 1 - leader, pair: pair)]
        }
        return slots
    }
}
