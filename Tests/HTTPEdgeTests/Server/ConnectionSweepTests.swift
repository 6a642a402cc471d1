// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import HTTPEdge

struct ConnectionSweepTests {
    @Test(arguments: [0, 1, 63, 64, 65, 640, 641, 999, 10_000, 16_384])
    func everyPositionComesUpInEachRound(count: Int) {
        var sweep = ConnectionSweep()
        for _ in 0..<3 {
            var seen = Set<Int>()
            for _ in 0..<ConnectionSweep.slicesPerRound {
                seen.formUnion(sweep.slice(of: count))
            }
            #expect(seen == Set(0..<count))
        }
    }

    @Test func slicesStaySmall() {
        var sweep = ConnectionSweep()
        for _ in 0..<25 {
            let slice = sweep.slice(of: 10_000)
            #expect(slice.count <= 1_000)
        }
    }

    /// Connections come and go between slices; positions never leave their range.
    @Test func countsMayChange() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: .min ... .max, using: &generator)
        var random = SplitMix(state: seed)
        var sweep = ConnectionSweep()
        for _ in 0..<10_000 {
            let count = Int(random.next() % 2_000)
            let slice = sweep.slice(of: count)
            #expect(slice.lowerBound >= 0 && slice.upperBound <= count, "seed \(seed)")
            #expect(count == 0 || !slice.isEmpty, "seed \(seed)")
        }
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
