// SPDX-License-Identifier: Apache-2.0
import Traffic

/// The series of overload, resolved for the request path.
package struct OverloadSeries: Sendable {
    let firstCell: Int

    /// Requests and calls of a class that were turned away at a stage.
    func shed(_ admissionClass: AdmissionClass, _ stage: ShedStage) -> CounterSeries {
        CounterSeries(cell: firstCell + OverloadLayout.shed(admissionClass, stage))
    }

    /// The smallest delay of each interval.
    var queueDelay: HistogramSeries {
        HistogramSeries(firstCell: firstCell + OverloadLayout.queueDelay)
    }
}

/// Where the series of overload lie in their lease.
enum OverloadLayout {
    static let queueDelay = AdmissionClass.allCases.count * ShedStage.allCases.count
    static let cellCount = queueDelay + HistogramSeries.cellCount

    static func shed(_ admissionClass: AdmissionClass, _ stage: ShedStage) -> Int {
        admissionClass.rawValue * ShedStage.allCases.count + stage.seriesIndex
    }
}

extension ShedStage {
    /// Position among all cases; a switch, because searching them would allocate.
    fileprivate var seriesIndex: Int {
        switch self {
        case .accept: 0
        case .queue: 1
        case .dequeue: 2
        case .predicted: 3
        }
    }
}

extension MetricCatalog {
    /// The families of overload.
    var overloadFamilies: [MetricFamily] {
        [
            MetricFamily(
                name: "sluice_shed_total",
                help: "Requests and handler calls turned away to protect the others.",
                kind: .counter,
                samples: AdmissionClass.allCases.flatMap { admissionClass in
                    ShedStage.allCases.map { sample(admissionClass, $0) }
                }
            ),
            MetricFamily(
                name: "sluice_queue_delay_seconds",
                help: "Smallest time that requests of each 20 ms waited for their event loop.",
                kind: .histogram,
                samples: lease(.overload).map {
                    [MetricSample([], $0.histogram(at: OverloadLayout.queueDelay))]
                } ?? []
            ),
        ]
    }

    private func sample(_ admissionClass: AdmissionClass, _ stage: ShedStage) -> MetricSample {
        let count = lease(.overload)?.value(at: OverloadLayout.shed(admissionClass, stage)) ?? 0
        return MetricSample(
            [.init("class", "\(admissionClass)"), .init("stage", stage.rawValue)],
            Double(count)
        )
    }
}
