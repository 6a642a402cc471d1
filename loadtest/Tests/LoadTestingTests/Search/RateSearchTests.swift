// SPDX-License-Identifier: Apache-2.0
import LoadTesting
import Testing

/// The search as a machine: findings in, probes out.
struct RateSearchTests {
    private static let range = RateSearch.Range(lowest: 100, highest: 10_000, probeSeconds: 10)

    /// Runs a search of which every finding follows from the probe.
    private static func run(
        _ range: RateSearch.Range = range,
        _ finding: (RateSearch.Probe) -> RateSearch.Finding
    ) -> (probes: [RateSearch.Probe], result: RateSearch.Result) {
        var search = RateSearch(range)
        var probes: [RateSearch.Probe] = []
        while case .probe(let probe) = search.step, probes.count < 1_000 {
            probes.append(probe)
            search.record(finding(probe))
        }
        guard case .finished(let result) = search.step else {
            return (probes, .init(bound: .range))
        }
        return (probes, result)
    }

    @Test(arguments: [100.0, 101, 777, 1_600, 5_000, 9_990])
    func aSharpEdgeIsFoundFromBelow(_ edge: Double) throws {
        let (probes, result) = Self.run { $0.rate <= edge ? .met : .missed }
        let rate = try #require(result.rate)
        #expect(rate <= edge && rate * 1.03 >= edge)
        #expect(result.bound == .server)
        #expect(result.confirmedRate == max(rate * 0.95, 100))
        let last = try #require(probes.last)
        #expect(last.purpose == .confirmation && last.seconds == 30)
        #expect(probes.count < 20)
    }

    @Test func ratesDoubleAndThenHalveTheStep() {
        let (probes, _) = Self.run { $0.rate <= 500 ? .met : .missed }
        #expect(probes.prefix(4).map(\.rate) == [100, 200, 400, 800])
        #expect(probes.prefix(4).allSatisfy { $0.purpose == .bracket })
        #expect(abs(probes[4].rate - (400.0 * 800).squareRoot()) < 1e-9)
        #expect(probes[4].purpose == .bisection)
    }

    @Test func aProbeIsExtendedUntilItsIntervalDecides() {
        let (probes, result) = Self.run {
            (900...1_100).contains($0.rate)
                ? .straddles(isMet: $0.rate <= 1_000)
                : $0.rate < 900 ? .met : .missed
        }
        for (probe, next) in zip(probes, probes.dropFirst()) where next.isExtension {
            #expect(next.rate == probe.rate && next.seconds == probe.seconds)
        }
        for rate in Set(probes.filter { $0.purpose != .confirmation }.map(\.rate)) {
            let lengths = probes.count { $0.rate == rate }
            #expect(lengths == ((900...1_100).contains(rate) ? RateSearch.lengthsMaximum : 1))
        }
        #expect(result.rate.map { $0 <= 1_000 && $0 > 960 } == true)
    }

    @Test func nothingIsProbedOutsideTheRange() {
        let (above, met) = Self.run { _ in .met }
        #expect(above.allSatisfy { $0.rate <= 10_000 })
        #expect(met == .init(rate: 10_000, confirmedRate: 9_500, bound: .range))
        let (below, missed) = Self.run { _ in .missed }
        #expect(below.map(\.rate) == [100])
        #expect(missed == .init(bound: .server))
    }

    @Test func aLateGeneratorIsNoFailureOfTheServer() {
        let (probes, result) = Self.run { $0.rate <= 3_000 ? .met : .generatorLimited }
        #expect(result.bound == .generator)
        #expect(result.rate.map { $0 <= 3_000 && $0 > 2_900 } == true)
        #expect(probes.count { $0.rate == 3_200 } == 2, "a late generator gets a second try")
        let (_, none) = Self.run { _ in .generatorLimited }
        #expect(none == .init(bound: .generator))
    }

    @Test func aHiccupOfTheGeneratorIsForgotten() {
        var isFirst = true
        let (_, result) = Self.run { probe in
            if probe.rate > 1_000, isFirst {
                isFirst = false
                return .generatorLimited
            }
            return probe.rate <= 2_000 ? .met : .missed
        }
        #expect(result.bound == .server)
        #expect(result.rate.map { $0 > 1_940 } == true)
    }

    @Test func aRateThatDoesNotHoldIsLowered() throws {
        let (_, result) = Self.run {
            $0.rate <= ($0.purpose == .confirmation ? 920 : 1_000) ? .met : .missed
        }
        let rate = try #require(result.rate)
        #expect(rate <= 920 && result.confirmedRate == rate)
    }

    @Test func aSearchEndsWhateverItIsTold() {
        let findings: [RateSearch.Finding] = [
            .met, .missed, .straddles(isMet: true), .straddles(isMet: false), .generatorLimited,
        ]
        for seed in 1...500 as ClosedRange<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let (probes, _) = Self.run { _ in
                findings[Int(generator.next() % UInt64(findings.count))]
            }
            #expect(probes.count < 100, "seed \(seed)")
        }
    }

    @Test func aCurveHasItsKneeWhereItBends() throws {
        // 1 / (1000 - rate): with both axes scaled to one, the slope is one at the root.
        let curve = LatencyCurve(
            stride(from: 50.0, through: 950, by: 50).map {
                .init(rate: $0, milliseconds: 1_000 / (1_000 - $0))
            }
        )
        let knee = try #require(curve.knee)
        #expect((750...800).contains(knee.rate))
        let line = LatencyCurve((1...9).map { .init(rate: Double($0), milliseconds: Double($0)) })
        #expect(line.knee == nil)
        #expect(LatencyCurve([.init(rate: 1, milliseconds: 1)]).knee == nil)
    }
}
