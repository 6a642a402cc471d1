// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import FeatureSnapshots

@Suite struct LoadPaceTests {
    @Test func restsUntilTheBytesAreDue() {
        var pace = LoadPace(bytesPerSecond: 1_000, now: 5)
        #expect(pace.rest(afterBytes: 100, now: 5) == 100_000_000)
        #expect(pace.rest(afterBytes: 100, now: 100_000_005) == 100_000_000)
        #expect(pace.rest(afterBytes: 100, now: 150_000_005) == 150_000_000)
    }

    @Test func aSlowDiskSavesNothingUp() {
        var pace = LoadPace(bytesPerSecond: 1_000, now: 0)
        #expect(pace.rest(afterBytes: 100, now: 5_000_000_000) == 0)
        #expect(pace.rest(afterBytes: 100, now: 5_000_000_000) == 100_000_000)
    }

    @Test func aBoundOfNothingStillMoves() {
        var pace = LoadPace(bytesPerSecond: 0, now: 0)
        #expect(pace.rest(afterBytes: 1, now: 0) == 1_000_000_000)
    }
}
