// SPDX-License-Identifier: Apache-2.0
@testable import GatewayCore

extension MetricDimensions {
    /// One route, answered by `versions` of one model.
    static func pricing(versions: [String]) -> MetricDimensions {
        MetricDimensions(
            routes: [.init(name: "prices", models: ["pricing"])],
            models: [.init(name: "pricing", versions: versions)]
        )
    }
}

extension [MetricFamily] {
    /// The value of the series with exactly these labels.
    func value(_ name: String, _ labels: [String: String] = [:]) -> MetricSample.Value? {
        first { $0.name == name }?.samples.first { sample in
            Dictionary(uniqueKeysWithValues: sample.labels.map { ($0.name, $0.value) }) == labels
        }?.value
    }
}
