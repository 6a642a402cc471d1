// SPDX-License-Identifier: Apache-2.0

extension GatewayStatus.Publishing {
    /// The families whose values are the pipeline's state, in a stable order.
    var metricFamilies: [MetricFamily] {
        [
            MetricFamily(
                name: "sluice_plugin_images",
                help: "Plugin images in memory; retired ones are used by no version.",
                kind: .gauge,
                samples: [
                    MetricSample([.init("state", "loaded")], Double(pluginImagesLoaded)),
                    MetricSample([.init("state", "retired")], Double(pluginImagesRetired)),
                ]
            ),
            MetricFamily(
                name: "sluice_stray_completions_total",
                help: "Completions that named no waiting call: late, double or forged.",
                kind: .counter,
                samples: strayCompletions.sorted { $0.key < $1.key }.map {
                    MetricSample([.init("plugin", $0.key)], Double($0.value))
                }
            ),
            MetricFamily(
                name: "sluice_snapshots_draining",
                help: "Snapshots no longer served that some call still reads.",
                kind: .gauge,
                samples: [MetricSample([], Double(drainingSnapshots.count))]
            ),
            MetricFamily(
                name: "sluice_loading_threads_stuck",
                help: "Loading threads inside plugins that did not return in time.",
                kind: .gauge,
                samples: [MetricSample([], Double(stuckLoadingThreads))]
            ),
            MetricFamily(
                name: "sluice_versions_withheld",
                help: "Versions left out until their calls of older snapshots have ended.",
                kind: .gauge,
                samples: [
                    MetricSample([], Double(results.count { $0.outcome == .withheld }))
                ]
            ),
        ]
    }
}
