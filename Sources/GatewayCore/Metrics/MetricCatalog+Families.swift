// SPDX-License-Identifier: Apache-2.0
import Traffic

extension MetricCatalog {
    /// Every family of this catalog, merged over the shards, in a stable order.
    ///
    /// Request counters that never counted are left out; the others are there from the start.
    package func families() -> [MetricFamily] {
        [
            requestsFamily, requestDurationFamily, phaseDurationFamily, budgetExceededFamily,
            fallbackFamily, forcedFamily, callsFamily, callDurationFamily,
        ] + connectionFamilies + shadowFamilies + overloadFamilies
    }

    /// How the calls of one version went, for the status page; zeros when it is not loaded.
    package func calls(model: String, version: String) -> GatewayStatus.CallSummary {
        guard let lease = lease(.version(model: model, version: version)) else { return .init() }
        let durations = lease.histogram(at: VersionLayout.duration)
        let total = CallResult.allCases.reduce(0) { $0 &+ lease.value(at: VersionLayout.calls($1)) }
        return GatewayStatus.CallSummary(
            total: total,
            failures: lease.value(at: VersionLayout.calls(.failure)),
            p50Milliseconds: durations.quantileNanoseconds(0.50).map { $0 / 1_000_000 },
            p99Milliseconds: durations.quantileNanoseconds(0.99).map { $0 / 1_000_000 }
        )
    }
}

extension MetricCatalog {
    private var requestsFamily: MetricFamily {
        MetricFamily(
            name: "sluice_requests_total",
            help: "Requests answered, by route, outcome and HTTP status.",
            kind: .counter,
            samples: dimensions.routes.flatMap { requestSamples(route: $0.name) }
        )
    }

    private func requestSamples(route: String) -> [MetricSample] {
        RequestOutcome.allCases.flatMap { outcome in
            StatusLabels.all.enumerated().compactMap { index, status in
                let count = count(.route(route), at: RouteLayout.requests(outcome, index))
                guard count > 0 || (outcome == .served && status == "200") else { return nil }
                return MetricSample(
                    [.init("route", route), .init("outcome", "\(outcome)"), .init("code", status)],
                    count
                )
            }
        }
    }

    private var requestDurationFamily: MetricFamily {
        MetricFamily(
            name: "sluice_request_duration_seconds",
            help: "Time from the first byte of a request to the last byte of its reply.",
            kind: .histogram,
            samples: dimensions.routes.flatMap { route in
                ([(SeriesKey.none, SeriesKey.none)] + dimensions.versions(answering: route))
                    .compactMap { durationSample(route: route.name, model: $0, version: $1) }
            }
        )
    }

    private func durationSample(route: String, model: String, version: String) -> MetricSample? {
        lease(.duration(route: route, model: model, version: version)).map {
            MetricSample(
                [.init("route", route), .init("model", model), .init("version", version)],
                $0.histogram(at: 0)
            )
        }
    }

    private var phaseDurationFamily: MetricFamily {
        MetricFamily(
            name: "sluice_phase_duration_seconds",
            help: "Time spent in each phase of a request.",
            kind: .histogram,
            samples: RequestPhase.allCases.compactMap { phase in
                lease(.phases).map {
                    MetricSample(
                        [.init("phase", "\(phase)")],
                        $0.histogram(at: Int(phase.rawValue) * HistogramSeries.cellCount)
                    )
                }
            }
        )
    }

    private var budgetExceededFamily: MetricFamily {
        MetricFamily(
            name: "sluice_budget_exceeded_total",
            help: "Requests whose latency budget ran out, by the phase it ran out in.",
            kind: .counter,
            samples: dimensions.routes.flatMap { route in
                RequestPhase.allCases.map {
                    MetricSample(
                        [.init("route", route.name), .init("phase", "\($0)")],
                        count(.route(route.name), at: RouteLayout.budgetExceeded($0))
                    )
                }
            }
        )
    }

    private var fallbackFamily: MetricFamily {
        MetricFamily(
            name: "sluice_fallback_total",
            help: "Requests a lower rung answered, by reason.",
            kind: .counter,
            samples: dimensions.routes.flatMap { route in
                DegradeReason.allCases.map {
                    MetricSample(
                        [.init("route", route.name), .init("reason", $0.rawValue)],
                        count(.route(route.name), at: RouteLayout.fallback($0))
                    )
                }
            }
        )
    }

    private func count(_ key: SeriesKey, at offset: Int) -> Double {
        Double(lease(key)?.value(at: offset) ?? 0)
    }
}

extension MetricCatalog {
    private var callsFamily: MetricFamily {
        MetricFamily(
            name: "sluice_handler_calls_total",
            help: "Calls of a version's handler, by how they ended.",
            kind: .counter,
            samples: versionLeases.flatMap { labels, lease in
                CallResult.allCases.map {
                    MetricSample(
                        labels + [.init("result", "\($0)")],
                        Double(lease.value(at: VersionLayout.calls($0)))
                    )
                }
            }
        )
    }

    private var callDurationFamily: MetricFamily {
        MetricFamily(
            name: "sluice_handler_duration_seconds",
            help: "Time spent in a version's handler.",
            kind: .histogram,
            samples: versionLeases.map { labels, lease in
                MetricSample(labels, lease.histogram(at: VersionLayout.duration))
            }
        )
    }

    private var versionLeases: [(labels: [MetricLabel], lease: MetricLease)] {
        dimensions.models.flatMap { model in
            model.versions.compactMap { version in
                lease(.version(model: model.name, version: version)).map {
                    ([MetricLabel("model", model.name), MetricLabel("version", version)], $0)
                }
            }
        }
    }

    private var connectionFamilies: [MetricFamily] {
        let lease = lease(.connections)
        let open = Int64(bitPattern: lease?.value(at: ConnectionLayout.open) ?? 0)
        return [
            MetricFamily(
                name: "sluice_connections",
                help: "Open data-plane connections.",
                kind: .gauge,
                samples: [MetricSample([], Double(open))]
            ),
            MetricFamily(
                name: "sluice_connections_refused_total",
                help: "Connections beyond the limit, answered with 503 or closed.",
                kind: .counter,
                samples: [
                    MetricSample([], Double(lease?.value(at: ConnectionLayout.refused) ?? 0))
                ]
            ),
            MetricFamily(
                name: "sluice_accept_failures_total",
                help: "Times the system had no descriptor or memory for a connection.",
                kind: .counter,
                samples: [
                    MetricSample([], Double(lease?.value(at: ConnectionLayout.failedAccepts) ?? 0))
                ]
            ),
        ]
    }
}
