// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting
import Testing

/// Intervals hold what they promise, on runs whose true percentiles are known.
struct StatisticsTests {
    private static let seeds: ClosedRange<UInt64> = 1...60

    @Test(arguments: [(50.0, 0.0), (95.0, 1.644854), (99.0, 2.326348)])
    func bothIntervalsHoldTheTruePercentile(_ percentile: Double, _ z: Double) {
        let source = SyntheticLatencies(drift: 0)
        let truth = source.medianNanoseconds * exp(z * source.spread)
        var (bootstrapMisses, orderMisses): ([UInt64], [UInt64]) = ([], [])
        for seed in Self.seeds {
            let seconds = source.seconds(60, seed: seed)
            let all = LatencyCounts(seconds.flatMap(\.entries))
            let drawn = BlockBootstrap.interval(ofPercentile: percentile, of: seconds, seed: seed)
            if drawn?.contains(truth) != true { bootstrapMisses.append(seed) }
            let ranks = OrderStatistic.interval(ofPercentile: percentile, of: all)
            if ranks?.contains(truth) != true { orderMisses.append(seed) }
        }
        // One in twenty misses; more than 8 of 60 are 1 in 300. The seeds are fixed.
        #expect(bootstrapMisses.count <= 8, "seeds \(bootstrapMisses)")
        #expect(orderMisses.count <= 8, "seeds \(orderMisses)")
    }

    @Test func secondsThatAreAlikeWidenTheBootstrapOnly() throws {
        for seed in Self.seeds.prefix(5) {
            let seconds = SyntheticLatencies(drift: 0.1).seconds(60, seed: seed)
            let all = LatencyCounts(seconds.flatMap(\.entries))
            let drawn = try #require(BlockBootstrap.interval(ofPercentile: 50, of: seconds))
            let ranks = try #require(OrderStatistic.interval(ofPercentile: 50, of: all))
            #expect(drawn.width > 3 * ranks.width, "seed \(seed)")
        }
    }

    @Test func aSeedDecidesTheInterval() {
        let seconds = SyntheticLatencies().seconds(30, seed: 1)
        let first = BlockBootstrap.interval(ofPercentile: 99, of: seconds, seed: 3)
        #expect(first == BlockBootstrap.interval(ofPercentile: 99, of: seconds, seed: 3))
        #expect(first != BlockBootstrap.interval(ofPercentile: 99, of: seconds, seed: 4))
    }

    @Test func aRunWithoutLatenciesHasNoInterval() {
        let none = [LatencyCounts](repeating: LatencyCounts(), count: 20)
        #expect(BlockBootstrap.interval(ofPercentile: 50, of: none) == nil)
        #expect(BlockBootstrap.interval(ofPercentile: 50, of: [LatencyCounts]()) == nil)
        #expect(OrderStatistic.interval(ofPercentile: 50, of: LatencyCounts()) == nil)
        #expect(BlockBootstrap.interval(ofRatio: [1, 1], to: [0, 0]) == nil)
    }

    @Test func aRatioHasAnIntervalOfItsOwn() throws {
        let good = (0..<60).map { Double($0 % 2 == 0 ? 90 : 110) }
        let due = [Double](repeating: 200, count: 60)
        let interval = try #require(BlockBootstrap.interval(ofRatio: good, to: due))
        #expect(abs(interval.estimate - 0.5) < 1e-9)
        #expect(interval.contains(0.5) && interval.width < 0.05)
    }

    @Test func histogramsAndTheirCountsSayTheSame() {
        var histogram = LatencyHistogram()
        for value in 1...5_000 as ClosedRange<UInt64> { histogram.record(value * 1_000) }
        let counts = LatencyCounts([histogram])
        #expect(counts.count == histogram.count)
        #expect(counts.nanoseconds(atRank: 4_950) == histogram.nanoseconds(atPercentile: 99))
        #expect(counts.nanoseconds(atRank: 5_001) == nil)
    }

    @Test(arguments: [1, 9, 10, 61, 300, 1_801, 86_400])
    func everySecondIsInOneBlock(_ seconds: Int) {
        let blocks = BlockBootstrap(seconds: seconds, seed: 1).blocks
        #expect(blocks.flatMap { Array($0) } == Array(0..<seconds))
        #expect(blocks.count <= 360)
        #expect(blocks.count >= min(seconds, 10))
    }

    @Test func holmCorrectsStepByStep() {
        // The example of Holm's paper's kind: 0.01 x 4, then 0.013 x 3, 0.03 x 2, 0.04 x 1.
        let corrected = Significance.holm([0.03, 0.01, 0.04, 0.013])
        for (found, expected) in zip(corrected, [0.06, 0.04, 0.06, 0.04]) {
            #expect(abs(found - expected) < 1e-12)
        }
        #expect(Significance.holm([0.9, 0.8]) == [1, 1])
        #expect(Significance.holm([]).isEmpty)
    }

    @Test func probabilitiesAreThoseOfTheNormalDistribution() {
        let half = Significance.probability(ofDifference: -1.959964, standardError: 1)
        #expect(abs(half - 0.05) < 1e-6)
        #expect(Significance.probability(ofDifference: 0, standardError: 0) == 1)
        #expect(Significance.probability(ofDifference: 0.1, standardError: 0) == 0)
    }
}
