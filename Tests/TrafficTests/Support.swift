// SPDX-License-Identifier: Apache-2.0

import Traffic

/// SplitMix64: the same numbers for a seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A clock that moves when told to.
struct ManualClock {
    var now: UInt64 = 1_000_000_000_000

    mutating func advance(milliseconds: UInt64) { now += milliseconds * 1_000_000 }
    mutating func advance(seconds: UInt64) { now += seconds * 1_000_000_000 }
}

let millisecond: UInt64 = 1_000_000
let second: UInt64 = 1_000_000_000

func withUTF8<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    Array(text.utf8).withUnsafeBytes(body)
}
