// SPDX-License-Identifier: Apache-2.0
import Simulation
import TestSupport
import Testing

struct SimulationTests {
    /// Seeds of every test run: a minute of one core in a debug build, also under a sanitizer.
    private static let seeds = SeedRange(1...(Sanitizer.isPresent ? 300 : 3_000))
    /// Cores the runs may use; the other tests need some too.
    private static let threadCount = 2

    /// Statuses, rungs and reasons that the runs have to come to, or they prove little.
    private static let sights = [
        "200", "400", "404", "408", "422", "503", "Connection: close", "assigned", "stable",
        "last_known_good", "base_price", "cached", "popular", "breaker_open", "deadline",
        "handler_error", "guard_violation", "overloaded",
    ]

    @Test func everyInvariantHoldsAndEveryRungIsReached() {
        let summary = SimulationRunner.run(Self.seeds, threads: Self.threadCount)
        #expect(summary.errors == [])
        for failure in summary.failures { Issue.record("\(failure.report)") }
        guard summary.failures.isEmpty else { return }
        #expect(summary.runCount == Self.seeds.seeds.count)
        // The few seeds that a sanitizer leaves time for do not come to all of them.
        for sight in Self.sights where !Sanitizer.isPresent {
            #expect((summary.sights[sight] ?? 0) > 0, "no run came to \(sight)")
        }
    }

    @Test func aSeedDecidesItsRun() throws {
        let stage = try Stage()
        let seeds: ClosedRange<UInt64> = 20...30
        let first = try seeds.map { try Simulation.run(seed: $0, on: stage).traceHash }
        let again = try seeds.reversed().map { try Simulation.run(seed: $0, on: stage).traceHash }
        #expect(first == again.reversed())
        #expect(Set(first).count == first.count)
    }

    @Test(
        arguments: [
            ("7", 7...7), ("1..5000", 1...5_000), ("12..12", 12...12),
        ] as [(String, ClosedRange<UInt64>)]
    )
    func seedsAreANumberOrARange(_ text: String, _ seeds: ClosedRange<UInt64>) {
        #expect(SeedRange(text)?.seeds == seeds)
    }

    @Test(arguments: ["", "..", "1..", "..2", "5..1", "1..2..3", "-1", "x", "1 2", "1.5"])
    func anythingElseIsNoSeed(_ text: String) {
        #expect(SeedRange(text) == nil)
    }
}
