// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import GatewayCore

struct ShadowSamplingTests {
    private static let decisions = (0..<20_000 as Range<UInt64>).map {
        DecisionIdentifiers.Identifier(origin: 0xFEED, number: $0)
    }

    private func sample(_ version: String, _ basisPoints: Int) -> [Bool] {
        let sampling = ShadowSampling(model: "m", version: version, basisPoints: basisPoints)
        return Self.decisions.map(sampling.contains)
    }

    @Test func allAndNothing() {
        #expect(!sample("2", 10_000).contains(false))
        #expect(!sample("2", 0).contains(true))
    }

    @Test(arguments: [100, 1_000, 5_000])
    func theShareIsWhatTheConfigSays(basisPoints: Int) {
        let expected = Self.decisions.count * basisPoints / 10_000
        let count = sample("2", basisPoints).count { $0 }
        #expect(abs(count - expected) < expected / 4)
    }

    @Test func raisingTheShareKeepsWhatWasSampled() {
        for (few, many) in zip(sample("2", 1_000), sample("2", 2_000)) where few { #expect(many) }
    }

    @Test func twoShadowsSampleApart() {
        let both = zip(sample("2", 1_000), sample("3", 1_000)).count { $0 && $1 }
        #expect((100...300).contains(both), "a tenth of a tenth of 20,000 is 200")
    }
}
