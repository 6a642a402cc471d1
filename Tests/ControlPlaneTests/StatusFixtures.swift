// SPDX-License-Identifier: Apache-2.0
import GatewayCore

extension GatewayStatus {
    /// A gateway with two models, one of whose versions has an open breaker.
    static let sample = GatewayStatus(
        instance: Instance(
            version: "1.0.0",
            startedAt: Timestamp(unixMilliseconds: 1_772_357_400_000),
            uptimeSeconds: 93_784,
            pid: 4_711
        ),
        config: Config(
            file: "config/sluice.yaml",
            fingerprint: "9f2c44d8e1a0b7c6",
            lastReload: Reload(
                successful: true,
                at: Timestamp(unixMilliseconds: 1_772_357_400_000)
            )
        ),
        snapshot: Snapshot(
            id: "20260301T093000Z-7d1f",
            createdAt: Timestamp(unixMilliseconds: 1_772_350_000_000),
            adoptedAt: Timestamp(unixMilliseconds: 1_772_357_400_120),
            ageSeconds: 7_400,
            entities: [Entity(name: "product", rows: 3_941), Entity(name: "customer", rows: 4_372)]
        ),
        models: [
            Model(
                name: "pricing",
                kind: "price",
                stable: "1",
                versions: [
                    Version(
                        version: "1",
                        plugin: "rule-pricer",
                        handler: "rules",
                        execution: "inline",
                        weightBasisPoints: 9_000,
                        breaker: Breaker(state: .closed, epoch: 1, calls: 812, failures: 0),
                        calls: CallSummary(
                            total: 1_204_113,
                            failures: 3,
                            p50Milliseconds: 0.0031,
                            p99Milliseconds: 0.0098
                        )
                    ),
                    Version(
                        version: "2",
                        plugin: "rule-pricer",
                        handler: "rules",
                        execution: "inline",
                        weightBasisPoints: 1_000,
                        breaker: Breaker(
                            state: .open,
                            epoch: 2,
                            calls: 20,
                            failures: 12,
                            openedAt: Timestamp(unixMilliseconds: 1_772_451_180_000),
                            openUntil: Timestamp(unixMilliseconds: 1_772_451_188_000)
                        ),
                        calls: CallSummary(total: 133_790, failures: 12, p50Milliseconds: 0.0042)
                    ),
                ]
            ),
            Model(
                name: "recommendations",
                kind: "recommend",
                stable: "1",
                versions: [
                    Version(
                        version: "1",
                        plugin: "item-neighbours",
                        handler: "neighbours",
                        execution: "pooled",
                        weightBasisPoints: 10_000,
                        breaker: Breaker(state: .halfOpen, epoch: 3, calls: 5, failures: 0),
                        calls: CallSummary()
                    )
                ]
            ),
        ],
        routes: [
            Route(name: "prices", path: "/v1/prices", model: "pricing", budgetMilliseconds: 50),
            Route(
                name: "recommendations",
                path: "/v1/recommendations",
                model: "recommendations",
                budgetMilliseconds: 80
            ),
        ],
        draining: false
    )
}

/// A gateway that shows what a test gives it.
struct FixedGateway: GatewayObserving {
    var shownStatus = GatewayStatus.sample
    var shownReadiness = Readiness()
    var families: [MetricFamily] = GatewayStatus.sample.metricFamilies()
    var live: @Sendable () async -> Bool = { true }

    func status() -> GatewayStatus { shownStatus }
    func readiness() -> Readiness { shownReadiness }
    func isLive() async -> Bool { await live() }
    func metricFamilies() -> [MetricFamily] { families }
}
