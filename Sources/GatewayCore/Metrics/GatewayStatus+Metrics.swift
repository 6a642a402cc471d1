// SPDX-License-Identifier: Apache-2.0

extension GatewayStatus {
    /// The families whose values are the status itself, in a stable order.
    package func metricFamilies() -> [MetricFamily] {
        instanceFamilies + restartFamilies + configFamilies + snapshotFamilies + versionFamilies
            + workerFamilies + shadowFamilies + loopFamilies + publishing.metricFamilies
    }

    private var instanceFamilies: [MetricFamily] {
        [
            .gauge(
                "sluice_build_info",
                "The running build; always 1.",
                [MetricSample([.init("version", instance.version)], 1)]
            ),
            .gauge(
                "sluice_start_time_seconds",
                "When the process started, since the Unix epoch.",
                [MetricSample([], instance.startedAt.unixSeconds)]
            ),
            .gauge(
                "sluice_draining",
                "1 once the gateway has been told to stop.",
                [MetricSample([], draining ? 1 : 0)]
            ),
        ]
    }

    private var configFamilies: [MetricFamily] {
        [
            .gauge(
                "sluice_config_last_reload_successful",
                "1 when the last attempt to load the config succeeded.",
                [MetricSample([], config.lastReload.successful ? 1 : 0)]
            ),
            .gauge(
                "sluice_config_last_reload_timestamp_seconds",
                "When the config was last tried, since the Unix epoch.",
                [MetricSample([], config.lastReload.at.unixSeconds)]
            ),
        ]
    }

    private var snapshotFamilies: [MetricFamily] {
        let adoption = MetricFamily.gauge(
            "sluice_snapshot_last_adoption_successful",
            "1 unless the snapshot published last was refused.",
            [MetricSample([], refusedSnapshot == nil ? 1 : 0)]
        )
        guard let snapshot else { return [adoption] }
        return [
            adoption,
            .gauge(
                "sluice_snapshot_info",
                "The snapshot requests read; always 1.",
                [MetricSample([.init("id", snapshot.id)], 1)]
            ),
            .gauge(
                "sluice_snapshot_created_timestamp_seconds",
                "When that snapshot was built, since the Unix epoch.",
                [MetricSample([], snapshot.createdAt.unixSeconds)]
            ),
            .gauge(
                "sluice_snapshot_rows",
                "Rows of that snapshot.",
                snapshot.entities.map {
                    MetricSample([.init("entity", $0.name)], Double($0.rows))
                }
            ),
        ]
    }

    private var versionFamilies: [MetricFamily] {
        [
            .gauge(
                "sluice_breaker_state",
                "1 for the state a version's circuit breaker is in.",
                versions.flatMap { labels, version in
                    BreakerState.allCases.map {
                        MetricSample(
                            labels + [.init("state", $0.rawValue)],
                            version.breaker.state == $0 ? 1 : 0
                        )
                    }
                }
            ),
            .gauge(
                "sluice_traffic_weight",
                "Share of a model's traffic assigned to a version.",
                versions.map { labels, version in
                    MetricSample(labels, Double(version.weightBasisPoints) / 10_000)
                }
            ),
            .gauge(
                "sluice_version_enabled",
                "0 while a version's kill switch is on.",
                versions.map { labels, version in
                    MetricSample(labels, version.enabled ? 1 : 0)
                }
            ),
            .gauge(
                "sluice_plugin_info",
                "Where a version's handler comes from; always 1.",
                versions.map { labels, version in
                    MetricSample(labels + version.pluginLabels, 1)
                }
            ),
        ]
    }

    private var shadowFamilies: [MetricFamily] {
        [
            .gauge(
                "sluice_shadow_in_flight",
                "Calls of a shadow that have not come back.",
                shadows.map { MetricSample($0, Double($1.inFlight)) }
            ),
            .gauge(
                "sluice_shadow_price_delta_largest_ratio",
                "The largest price difference of a shadow, up or down, as a share of the live price.",
                shadows.compactMap { labels, shadow in
                    shadow.prices.map { MetricSample(labels, $0.largestDeltaRatio) }
                }
            ),
        ]
    }

    private var shadows: [(labels: [MetricLabel], shadow: Shadow)] {
        models.flatMap { model in
            model.shadows.map {
                ([MetricLabel("model", model.name), MetricLabel("version", $0.version)], $0)
            }
        }
    }

    private var versions: [(labels: [MetricLabel], version: Version)] {
        models.flatMap { model in
            model.versions.map {
                ([MetricLabel("model", model.name), MetricLabel("version", $0.version)], $0)
            }
        }
    }
}

extension GatewayStatus.Version {
    fileprivate var pluginLabels: [MetricLabel] {
        [.init("plugin", plugin), .init("handler", handler), .init("execution", execution)]
    }
}

extension MetricFamily {
    fileprivate static func gauge(
        _ name: String,
        _ help: String,
        _ samples: [MetricSample]
    ) -> MetricFamily {
        MetricFamily(name: name, help: help, kind: .gauge, samples: samples)
    }
}
