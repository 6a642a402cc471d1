// SPDX-License-Identifier: Apache-2.0

/// The series of forced versions, resolved for the request path.
package struct ForcedSeries: Sendable {
    let firstCell: Int

    /// Fields that ended so.
    func results(_ result: ForcedVersionResult) -> CounterSeries {
        CounterSeries(cell: firstCell + Int(result.rawValue))
    }
}

/// Where the counters of forced versions lie in their lease.
enum ForcedLayout {
    static let cellCount = ForcedVersionResult.allCases.count
}

extension MetricCatalog {
    /// The family of forced versions.
    var forcedFamily: MetricFamily {
        MetricFamily(
            name: "sluice_forced_versions_total",
            help: "Requests with a Sluice-Force-Version field, by what became of it.",
            kind: .counter,
            samples: ForcedVersionResult.allCases.map { result in
                let count = lease(.forced)?.value(at: Int(result.rawValue)) ?? 0
                return MetricSample([.init("result", "\(result.label)")], Double(count))
            }
        )
    }
}
