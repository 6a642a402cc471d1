// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Testing

@Suite struct SpinPatienceTests {
    /// Chances let pass before the next wait.
    private func skipped(_ patience: inout SpinPatience) -> Int {
        var count = 0
        while !patience.shouldSpin() { count += 1 }
        return count
    }

    @Test func waitsAtEveryChanceWhileThatPays() {
        var patience = SpinPatience()
        for _ in 0..<10 {
            #expect(skipped(&patience) == 0)
            patience.record(.hit)
        }
    }

    @Test func letsMorePassAfterEachWaitInVain() {
        var patience = SpinPatience()
        let counts = (0..<9).map { _ in
            let count = skipped(&patience)
            patience.record(.miss)
            return count
        }
        #expect(counts == [0, 1, 2, 4, 8, 16, 32, 64, 64])
    }

    @Test func oneHitMakesUpForAll() {
        var patience = SpinPatience()
        for _ in 0..<5 {
            _ = skipped(&patience)
            patience.record(.miss)
        }
        _ = skipped(&patience)
        patience.record(.hit)
        #expect(skipped(&patience) == 0)
    }

    @Test func nothingToWaitForSaysNothing() {
        var patience = SpinPatience()
        #expect(skipped(&patience) == 0)
        patience.record(.idle)
        #expect(skipped(&patience) == 0)
    }
}
