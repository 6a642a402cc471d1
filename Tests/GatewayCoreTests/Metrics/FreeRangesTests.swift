// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import GatewayCore

struct FreeRangesTests {
    /// Whatever is taken and given back in whatever order: runs never overlap and nothing is lost.
    @Test(arguments: 0..<20 as Range<UInt64>)
    func neverOverlapsAndLosesNothing(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var free = FreeRanges(0..<1_000)
        var taken: [Range<Int>] = []
        for _ in 0..<500 {
            if Bool.random(using: &random), let run = free.take(.random(in: 1...60, using: &random))
            {
                #expect(!taken.contains { $0.overlaps(run) }, "seed \(seed)")
                taken.append(run)
            } else if let index = taken.indices.randomElement(using: &random) {
                free.give(back: taken.remove(at: index))
            }
            #expect(free.count + taken.reduce(0) { $0 + $1.count } == 1_000, "seed \(seed)")
        }
        for run in taken { free.give(back: run) }
        #expect(free == FreeRanges(0..<1_000), "seed \(seed)")
    }
}

/// A small random generator with a seed, for tests that can be run again.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
