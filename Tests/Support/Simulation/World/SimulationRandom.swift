// SPDX-License-Identifier: Apache-2.0

/// The one source of chance in a run.
///
/// Source: SplitMix64, Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
package struct SimulationRandom {
    private var state: UInt64

    /// A sequence that its seed alone decides.
    package init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    /// A number from 0 up to, but not, `count`.
    package mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    /// A number inside a range.
    package mutating func within(_ range: ClosedRange<UInt64>) -> UInt64 {
        range.lowerBound + next() % (range.upperBound - range.lowerBound + 1)
    }

    /// True this many times in a thousand.
    package mutating func chance(permille: Int) -> Bool { below(1_000) < permille }

    /// One of some choices.
    package mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[below(choices.count)]
    }
}
