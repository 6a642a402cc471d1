// SPDX-License-Identifier: Apache-2.0
import Foundation
import GatewayCore
import Testing

@testable import ControlPlane

struct PrometheusTextTests {
    @Test func writesEachKindAsTheFormatSays() {
        var counts = [UInt64](repeating: 0, count: HistogramBuckets.count)
        counts[4] = 2
        counts[16] = 1
        let text = PrometheusText.render([
            MetricFamily(
                name: "a_total",
                help: "Two\nlines \\ \"quoted\".",
                kind: .counter,
                samples: [MetricSample([.init("route", "x\"y\\z\n")], 3)]
            ),
            MetricFamily(name: "empty", help: "No series.", kind: .gauge, samples: []),
            MetricFamily(
                name: "h_seconds",
                help: "Time.",
                kind: .histogram,
                samples: [
                    MetricSample([], HistogramValue(counts: counts, sumNanoseconds: 1_500_000_000))
                ]
            ),
        ])
        #expect(
            text.hasPrefix(
                """
                # HELP a_total Two\\nlines \\\\ "quoted".
                # TYPE a_total counter
                a_total{route="x\\"y\\\\z\\n"} 3
                # HELP h_seconds Time.
                # TYPE h_seconds histogram
                h_seconds_bucket{le="1e-06"} 0

                """
            )
        )
        #expect(
            text.hasSuffix(
                """
                h_seconds_bucket{le="0.05"} 2
                h_seconds_bucket{le="0.08"} 2
                h_seconds_bucket{le="0.1"} 2
                h_seconds_bucket{le="+Inf"} 3
                h_seconds_sum 1.5
                h_seconds_count 3

                """
            )
        )
    }

    @Test func sharesMayBeNegative() {
        let shares = RatioHistogram(edges: [-0.1, 0, 0.1], counts: [1, 2, 0, 1], sum: -0.25)
        let text = PrometheusText.render([
            MetricFamily(
                name: "delta_ratio",
                help: "Share.",
                kind: .histogram,
                samples: [MetricSample([], shares)]
            )
        ])
        #expect(
            text.hasSuffix(
                """
                delta_ratio_bucket{le="-0.1"} 1
                delta_ratio_bucket{le="0"} 3
                delta_ratio_bucket{le="0.1"} 3
                delta_ratio_bucket{le="+Inf"} 4
                delta_ratio_sum -0.25
                delta_ratio_count 4

                """
            )
        )
    }

    /// Any label value, however odd, reads back as it was.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func labelValuesReadBack(seed: UInt64) throws {
        var random = SeededGenerator(state: seed)
        let value = String(String.UnicodeScalarView((0..<40).map { _ in scalar(using: &random) }))
        let family = MetricFamily(
            name: "m",
            help: value.isEmpty ? "x" : "h " + value,
            kind: .gauge,
            samples: [MetricSample([.init("label", value)], 1)]
        )
        let samples = try ExpositionGrammar.read(PrometheusText.render([family]))
        #expect(
            samples.map { Array(($0.labels["label"] ?? "").unicodeScalars) }
                == [Array(value.unicodeScalars)],
            "seed \(seed)"
        )
    }

    @Test(arguments: [
        (0.0, "0"), (-3, "-3"), (0.5, "0.5"), (1e300, "1e+300"), (.infinity, "+Inf"),
        (-.infinity, "-Inf"), (.nan, "NaN"), (1_772_357_400.25, "1772357400.25"),
    ])
    func writesNumbersShortly(number: Double, text: String) {
        #expect(PrometheusText.format(number) == text)
    }

    @Test func everyFamilyOfAGatewayKeepsTheGrammar() throws {
        let samples = try ExpositionGrammar.read(PrometheusText.render(try wholeGateway()))
        let names = Set(samples.map(\.name))
        for name in [
            "sluice_requests_total", "sluice_request_duration_seconds_bucket",
            "sluice_phase_duration_seconds_count", "sluice_budget_exceeded_total",
            "sluice_fallback_total", "sluice_breaker_state", "sluice_traffic_weight",
            "sluice_snapshot_info", "sluice_snapshot_created_timestamp_seconds",
            "sluice_config_last_reload_successful", "sluice_config_last_reload_timestamp_seconds",
            "sluice_build_info", "sluice_connections", "sluice_start_time_seconds",
        ] {
            #expect(names.contains(name), "\(name)")
        }
        let forbidden = samples.flatMap(\.labels.keys)
            .filter { ["shop", "shopper", "customer", "product"].contains($0) }
        #expect(forbidden.isEmpty)
    }

    @Test func exactlyOneStateOfABreakerIsOne() throws {
        let samples = try ExpositionGrammar.read(PrometheusText.render(try wholeGateway()))
        let states = samples.filter { $0.name == "sluice_breaker_state" && $0.value == 1 }
        #expect(states.map { $0.labels["state"] } == ["closed", "open", "half_open"])
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: promtool)))
    func promtoolFindsNothingToSay() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.promtool)
        process.arguments = ["check", "metrics"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(
            contentsOf: Data(PrometheusText.render(try wholeGateway()).utf8)
        )
        try input.fileHandleForWriting.close()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(String(decoding: said, as: UTF8.self) == "")
    }

    private static let promtool = "/usr/bin/promtool"

    private func wholeGateway() throws -> [MetricFamily] {
        let storage = MetricStorage(shardCount: 2)
        let status = GatewayStatus.sample
        let catalog = try MetricCatalog(
            MetricDimensions(
                routes: status.routes.map { .init(name: $0.name, models: [$0.model]) },
                models: status.models.map {
                    .init(name: $0.name, versions: $0.versions.map(\.version))
                }
            ),
            storage: storage
        )
        storage.shards[1].observe(catalog.phase(.infer), nanoseconds: 2_200)
        var plugins = PluginFamilies()
        plugins.addCounter("sluice_plugin_rule_pricer_clamps", 4)
        plugins.addHistogram(
            "sluice_plugin_rule_pricer_search",
            HistogramValue(edgesNanoseconds: [1_000], counts: [3, 0], sumNanoseconds: 900)
        )
        return catalog.families() + status.metricFamilies() + plugins.families
    }

    private func scalar(using random: inout SeededGenerator) -> Unicode.Scalar {
        let odd: [Unicode.Scalar] = [
            "\"", "\\", "\n", "\r", "{", "}", ",", "=", " ", "\u{301}", "\u{0}",
        ]
        if Bool.random(using: &random) { return odd.randomElement(using: &random) ?? "x" }
        return Unicode.Scalar(UInt32.random(in: 0x20...0xFFFF, using: &random)) ?? "y"
    }
}

/// A small random generator with a seed, for tests that can be run again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
