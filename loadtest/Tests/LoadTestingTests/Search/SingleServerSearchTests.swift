// SPDX-License-Identifier: Apache-2.0
import LoadTesting
import Testing

/// The bar of the search: a queue whose answer is known in closed form.
struct SingleServerSearchTests {
    private static let serviceRate = 1_500.0
    private static let seeds: ClosedRange<UInt64> = 1...20

    @Test func theRateOfAKnownQueueIsFoundWithinFivePercent() throws {
        let objective = try #require(Objective(argument: "scheduled.p99 < 12ms"))
        let truth = SingleServerQueue.rate(
            ofPercentile: 99,
            reachingSeconds: 0.012,
            serviceRate: Self.serviceRate
        )
        var misses: [String] = []
        for seed in Self.seeds {
            let result = Self.search(objective, seed: seed)
            let error = (result.rate ?? 0) / truth - 1
            if abs(error) > 0.05 { misses.append("seed \(seed): off by \(error * 100) %") }
            #expect(result.bound == .server)
        }
        #expect(misses.count <= 2, "the truth is \(truth); \(misses)")
    }

    private static func search(_ objective: Objective, seed: UInt64) -> RateSearch.Result {
        var search = RateSearch(.init(lowest: 100, highest: 100_000, probeSeconds: 20))
        var queue = SingleServerQueue(serviceRate: serviceRate, seed: seed)
        var probe: RateProbe?
        while case .probe(let wanted) = search.step {
            var measured = wanted.isExtension ? probe ?? RateProbe(wanted) : RateProbe(wanted)
            measured.add(queue.run(rate: wanted.rate, seconds: Int(wanted.seconds)))
            search.record(measured.finding([objective]))
            probe = measured
        }
        guard case .finished(let result) = search.step else { return .init(bound: .range) }
        return result
    }
}
