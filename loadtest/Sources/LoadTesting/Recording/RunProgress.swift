// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// How a run goes while it goes on, for whoever looks.
package final class RunProgress: Sendable {
    /// What has been counted.
    package struct Counts: Sendable {
        /// Good answers so far.
        package var answered = 0
        /// Requests refused with 503 so far.
        package var shed = 0
        /// Failed requests so far.
        package var failed = 0
        /// Scheduled latency of good answers since the last look.
        package var latest = LatencyHistogram()

        /// Nothing counted yet.
        package init() {}
    }

    private let counts = Mutex(Counts())

    /// Nothing counted yet.
    package init() {}

    /// What has been counted; the latest latencies begin anew.
    package func look() -> Counts {
        counts.withLock { counts in
            defer { counts.latest = LatencyHistogram() }
            return counts
        }
    }

    func add(_ batch: SampleBatch) {
        counts.withLock { counts in
            for sample in batch.samples {
                switch batch.series[Int(sample.series)].outcome {
                case .answered:
                    counts.answered += 1
                    counts.latest.record(sample.timing.nanoseconds(by: .scheduled) ?? 0)
                case .shed: counts.shed += 1
                case .failed: counts.failed += 1
                }
            }
        }
    }
}
