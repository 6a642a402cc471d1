// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting
import Testing

/// A whole search over a measurement that is not a server's.
struct SearchRunTests {
    /// Latencies that double every 200/s, and a phase that grows from 400/s on.
    private static func measure(_ probe: RateSearch.Probe, _ seed: UInt64) -> RateProbe.Measurement
    {
        var measurement = RateProbe.Measurement()
        let milliseconds = exp2(probe.rate / 200)
        let source = SyntheticLatencies(
            medianNanoseconds: milliseconds * 1e6,
            spread: 0.05,
            rate: probe.rate
        )
        measurement.total.scheduled = source.seconds(Int(probe.seconds), seed: seed)
        measurement.total.service = measurement.total.scheduled
        measurement.total.answered = measurement.total.scheduled.map { Double($0.count) }
        measurement.total.due = measurement.total.answered
        measurement.total.shed = measurement.total.due.map { _ in 0 }
        measurement.phases = [
            "phase:features": 1_000_000,
            "phase:infer": probe.rate < 400 ? 1_000_000 : 9_000_000,
        ]
        return measurement
    }

    private static func report(_ argument: String) async throws -> SearchReport {
        let search = SearchRun(
            .init(lowest: 100, highest: 10_000, probeSeconds: 20),
            [try #require(Objective(argument: argument))],
            .init(target: "http://stub", objectives: [argument], seed: 1)
        ) { probe, seed in measure(probe, seed) }
        return try await search.run(willProbe: { _ in }, didProbe: { _ in })
    }

    @Test func theEdgeTheCurveAndThePhaseAreFound() async throws {
        let report = try await Self.report("scheduled.p50 < 16ms")
        let rate = try #require(report.result?.rate)
        #expect(abs(rate / 800 - 1) < 0.05)
        #expect(report.result?.confirmedRate != nil)
        #expect(report.firstGrowth?.phase == "phase:infer" && report.firstGrowth?.rate == 400)
        #expect(report.knee != nil)
        #expect(report.best?.goodput.map { abs($0.estimate / rate - 1) < 0.1 } == true)
    }

    @Test func everyFormatIsWhole() async throws {
        let report = try await Self.report("scheduled.p50 < 16ms")
        #expect(report.text.contains("highest rate") && report.text.contains("first to grow"))
        let lines = report.csv.split(separator: "\n")
        #expect(lines.count == report.probes.count + 1)
        #expect(
            Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count })
                .count == 1
        )
        #expect(report.html.contains("<svg") && report.html.contains("default-src 'none'"))
        #expect(!report.html.contains("src=") && !report.html.contains("nan"))
        let json = try JSONSerialization.jsonObject(with: Data(report.json().utf8))
        #expect((json as? [String: Any])?["probes"] is [Any])
    }

    @Test func objectivesThatCannotBeMetSaySo() async throws {
        let report = try await Self.report("scheduled.p50 < 1ms")
        #expect(report.result == .init(bound: .server))
        #expect(report.text.contains("even 100/s"))
    }
}
