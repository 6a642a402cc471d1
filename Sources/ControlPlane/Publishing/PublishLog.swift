// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import PluginHost
import Synchronization

/// What was published, what is being published, and how long it took; for status and metrics.
///
/// Bounded: one result for each subject, and a subject is a version of the config at most.
package final class PublishLog: Sendable {
    private struct Durations {
        var counts = [UInt64](repeating: 0, count: PublishLog.edgesNanoseconds.count + 1)
        var sumNanoseconds: UInt64 = 0
    }

    private struct Content {
        var current: GatewayStatus.PublishingStep?
        var results: [String: GatewayStatus.PublishingResult] = [:]
        var durations: [PublishStep: Durations] = [:]
        var totals: [PublishSubject: [GatewayStatus.PublishingResult.Outcome: UInt64]] = [:]
    }

    /// A millisecond to two minutes: small stores are bound in the one, large ones read in the other.
    private static let edgesNanoseconds: [UInt64] =
        [1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 30_000, 60_000, 120_000]
        .map { $0 * 1_000_000 }

    private let content = Mutex(Content())

    /// An empty log.
    package init() {}

    // MARK: Writing

    func began(_ step: PublishStep, of subject: PublishSubject) {
        content.withLock {
            $0.current = .init(subject: subject.rawValue, step: step.rawValue, since: .now())
        }
    }

    func ended(_ step: PublishStep, nanoseconds: UInt64) {
        let bucket =
            Self.edgesNanoseconds.firstIndex { nanoseconds <= $0 } ?? Self.edgesNanoseconds.count
        content.withLock {
            $0.current = nil
            $0.durations[step, default: Durations()].counts[bucket] += 1
            $0.durations[step, default: Durations()].sumNanoseconds += nanoseconds
        }
    }

    func record(_ result: GatewayStatus.PublishingResult, of subject: PublishSubject) {
        content.withLock {
            $0.results[result.subject] = result
            $0.totals[subject, default: [:]][result.outcome, default: 0] += 1
        }
    }

    func record(_ results: [GatewayStatus.PublishingResult]) {
        content.withLock { for result in results { $0.results[result.subject] = result } }
    }

    /// Forgets versions the config no longer has.
    func keepVersions(_ names: some Sequence<VersionName>) {
        let kept = Set(names.map(\.text) + PublishSubject.allCases.map(\.rawValue))
        content.withLock { content in
            content.results = content.results.filter { kept.contains($0.key) }
        }
    }

    // MARK: Reading

    /// The step at work, and the last result of each subject in order.
    var status: GatewayStatus.Publishing {
        content.withLock {
            .init(
                current: $0.current,
                results: $0.results.values.sorted { $0.subject < $1.subject }
            )
        }
    }

    /// Durations of each step and results of each subject.
    var families: [MetricFamily] { content.withLock { [Self.durations($0), Self.totals($0)] } }

    private static func durations(_ content: Content) -> MetricFamily {
        MetricFamily(
            name: "sluice_publish_duration_seconds",
            help: "Time of the steps that bring configs and snapshots into force.",
            kind: .histogram,
            samples: PublishStep.allCases.map { step in
                let durations = content.durations[step] ?? Durations()
                return MetricSample(
                    [MetricLabel("step", step.rawValue)],
                    HistogramValue(
                        edgesNanoseconds: edgesNanoseconds,
                        counts: durations.counts,
                        sumNanoseconds: durations.sumNanoseconds
                    )
                )
            }
        )
    }

    private static func totals(_ content: Content) -> MetricFamily {
        let outcomes: [GatewayStatus.PublishingResult.Outcome] = [.adopted, .refused]
        return MetricFamily(
            name: "sluice_publish_total",
            help: "Configs and snapshots that came into force or were refused.",
            kind: .counter,
            samples: PublishSubject.allCases.flatMap { subject in
                outcomes.map { outcome in
                    MetricSample(
                        [
                            MetricLabel("subject", subject.rawValue),
                            MetricLabel("result", outcome.rawValue),
                        ],
                        Double(content.totals[subject]?[outcome] ?? 0)
                    )
                }
            }
        )
    }
}
