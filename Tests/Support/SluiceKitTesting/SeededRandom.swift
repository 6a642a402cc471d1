// SPDX-License-Identifier: Apache-2.0

/// SplitMix64: the same seed gives the same test.
package struct SeededRandom: RandomNumberGenerator {
    /// What to print when a test fails.
    package let seed: UInt64
    private var state: UInt64

    /// Starts from a seed; a random one by default.
    package init(seed: UInt64 = .random(in: 0...UInt64.max)) {
        self.seed = seed
        state = seed
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
