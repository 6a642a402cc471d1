// SPDX-License-Identifier: Apache-2.0

import GatewayConfig
import Testing

@Suite struct ReloadComparisonTests {
    @Test(
        arguments: [
            ("host: 0.0.0.0", "host: 127.0.0.1", [], ["server.host"]),
            ("port: 8080", "port: 8081", [], ["server.port"]),
            ("event_loops: 0", "event_loops: 2", [], ["server.event_loops"]),
            ("host: 127.0.0.1", "host: 127.0.0.2", [], ["control.host"]),
            ("port: 9090", "port: 9091", [], ["control.port"]),
            ("header_count: 64", "header_count: 65", [], ["server.limits"]),
            ("target: 1ms", "target: 2ms", [], ["server.overload"]),
            ("max_age: 7200s", "max_age: 1s", ["server.cors"], []),
            ("linger: 5s", "linger: 4s", ["server.drain"], []),
            ("level: info", "level: debug", [], ["log"]),
            ("keep: 3", "keep: 4", ["snapshots"], []),
            ("libPricingPlugin", "libPricing2Plugin", ["plugins"], []),
            ("basis_points: 0", "basis_points: 10", ["holdout"], []),
            ("\"1\": 5000, \"2\": 5000", "\"1\": 0, \"2\": 10000", ["models.pricing"], []),
            ("position_decay: 0.7", "position_decay: 0.8", ["models.recommendations"], []),
            ("budget: 50ms", "budget: 40ms", ["routes.prices"], []),
            ("budget: 80ms", "budget: 70ms", ["routes.recommendations"], []),
            ("expires_in: 300s", "expires_in: 5m", [], []),
        ] as [(String, String, [String], [String])]
    )
    func namesWhatChanged(
        _ old: String,
        _ new: String,
        _ applied: [String],
        _ needsRestart: [String]
    ) throws {
        let before = try #require(load(Sample.text).config)
        let after = try #require(load(Sample.replacing(old, with: new)).config)
        let comparison = ReloadComparison(from: before, to: after)
        #expect(comparison.applied == applied)
        #expect(comparison.needsRestart == needsRestart)
    }

    @Test func addedAndRemovedModelsAreNamed() throws {
        let sample = try #require(load(Sample.text).config)
        let small = try #require(load(minimal).config)
        #expect(
            ReloadComparison(from: small, to: sample).applied.contains("models.recommendations")
        )
        #expect(
            ReloadComparison(from: sample, to: small).applied.contains("models.recommendations")
        )
    }
}
