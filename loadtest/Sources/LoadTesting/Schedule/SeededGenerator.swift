// SPDX-License-Identifier: Apache-2.0

/// Random numbers that a seed decides: the same seed gives the same load.
///
/// SplitMix64 (Steele, Lea, Flood, 2014).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// A generator for one purpose: streams of one seed are independent of each other.
    package init(seed: UInt64, stream: UInt64 = 0) {
        state = seed ^ (stream &* 0xD1B5_4A32_D192_ED03)
        // Seeds are small numbers; the first outputs must not show it.
        state = next()
    }

    /// The next 64 random bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below a bound, all nearly as likely: off by less than the bound in 2^64.
    package mutating func next(below bound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: bound).high
    }

    /// A number above 0 and at most 1.
    package mutating func unitInterval() -> Double {
        Double((next() >> 11) + 1) * 0x1p-53
    }
}
