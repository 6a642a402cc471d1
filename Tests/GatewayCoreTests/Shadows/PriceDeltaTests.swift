// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import GatewayCore

struct PriceDeltaTests {
    private static let labels =
        PriceDelta.edgesBasisPoints.map { "\($0)" } + ["above"]

    @Test(
        arguments: [
            (1_000, 1_000, "0"), (1_000, 999, "0"), (1_000, 990, "-100"), (1_000, 991, "0"),
            (1_000, 1_001, "100"), (1_000, 1_010, "100"), (1_000, 1_011, "200"),
            (1_000, 500, "-5000"),
            (1_000, 501, "-2000"), (1_000, 0, "-5000"), (1_000, 1_500, "5000"),
            (1_000, 1_501, "above"),
            (Int64.max, .max, "0"), (1, .max, "above"), (.max, 1, "-5000"), (.max, .max - 1, "0"),
        ] as [(Int64, Int64, String)]
    )
    func eachDifferenceHasItsBucket(live: Int64, shadow: Int64, edge: String) throws {
        let delta = try #require(PriceDelta(liveMinor: live, shadowMinor: shadow))
        #expect(Self.labels[delta.bucket] == edge)
        let order: PriceDelta.Order =
            shadow < live ? .lower : shadow > live ? .higher : .equal
        #expect(delta.order == order)
    }

    @Test(
        arguments: [
            (1_000, 1_000, 0), (1_000, 1_100, 100_000), (1_000, 900, -100_000), (3, 2, -333_333),
            (3, 4, 333_333), (1, .max, 1_000_000_000), (.max, 0, -1_000_000),
        ] as [(Int64, Int64, Int64)]
    )
    func theRatioIsExact(live: Int64, shadow: Int64, millionths: Int64) throws {
        let delta = try #require(PriceDelta(liveMinor: live, shadowMinor: shadow))
        #expect(delta.millionths == millionths)
    }

    @Test func nothingIsAShareOfZero() {
        #expect(PriceDelta(liveMinor: 0, shadowMinor: 5) == nil)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func bucketsAgreeWithDivision(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let live = Int64.random(in: 1...10_000_000, using: &random)
            let shadow = Int64.random(in: 0...2 * live, using: &random)
            let delta = try #require(PriceDelta(liveMinor: live, shadowMinor: shadow))
            let edges = PriceDelta.edgesBasisPoints
            // Cross-multiplied, for a quotient would round.
            let expected = edges.firstIndex { (shadow - live) * 10_000 <= $0 * live }
            #expect(delta.bucket == expected ?? edges.count, "seed \(seed): \(live) \(shadow)")
        }
    }
}
