// SPDX-License-Identifier: Apache-2.0

/// A run's result, as JSON and as the source of the text report; times in milliseconds.
package struct RunReport: Sendable, Encodable {
    /// Percentiles that are shown when enough samples stand behind them.
    package static let percentiles = [50, 90, 95, 99, 99.9, 99.99]

    /// Latencies of one kind of reply.
    package struct Latency: Sendable, Encodable {
        /// Replies.
        package let count: UInt64
        /// Mean of all.
        package let meanMs: Double
        /// The largest.
        package let maxMs: Double
        /// By percentile, such as `p99`; only those with enough samples.
        package let percentilesMs: [String: Double]

        init(_ histogram: LatencyHistogram) {
            count = histogram.count
            meanMs = histogram.meanNanoseconds / 1e6
            maxMs = Double(histogram.maximumNanoseconds) / 1e6
            var shown: [String: Double] = [:]
            for percentile in RunReport.percentiles {
                guard let value = histogram.supportedNanoseconds(atPercentile: percentile) else {
                    continue
                }
                shown[RunReport.name(ofPercentile: percentile)] = Double(value) / 1e6
            }
            percentilesMs = shown
        }
    }

    /// Both clocks of one kind of reply.
    package struct Row: Sendable, Encodable {
        /// What was counted, such as the name of a route.
        package let name: String
        /// From when the request was due.
        package let scheduled: Latency
        /// From when the request was sent.
        package let service: Latency

        init(_ name: String, _ series: Series) {
            self.name = name
            scheduled = Latency(series.scheduled)
            service = Latency(series.service)
        }
    }

    /// What one scenario request came to.
    package struct Route: Sendable, Encodable {
        /// Its name.
        package let name: String
        /// Requests that were due and have ended.
        package let due: Int
        /// Good answers and their latencies.
        package let answered: Row
        /// Requests refused with 503, and how soon.
        package let shed: Row
        /// Failed requests by cause.
        package let failed: [String: Int]
        /// Good answers among all requests that were due.
        package let answeredShare: Double
    }

    /// Version of this format.
    package let format = 1
    /// Whether the numbers mean what they seem to, and why.
    package let judgement: Judgement
    /// Whether the run was stopped before its time.
    package let wasInterrupted: Bool
    /// Whom the load went to.
    package let target: Target
    /// `open` or `closed`.
    package let loop: String
    /// How arrivals were spaced; nil in a closed loop.
    package let arrivals: ArrivalProcess?
    /// What decided arrivals and requests.
    package let seed: UInt64
    /// Requests per second asked for; nil in a closed loop.
    package let askedRate: Double?
    /// Good answers per second.
    package let goodput: Double
    /// Seconds from the start of the scored part until its last request ended.
    package let elapsedSeconds: Double
    /// Requests that were due.
    package let due: Int
    /// Good answers.
    package let answered: Int
    /// Requests refused with 503.
    package let shed: Int
    /// Failed requests.
    package let failed: Int
    /// Requests on their way when the run was stopped.
    package let unfinished: Int
    /// Failed requests by cause.
    package let failures: [String: Int]
    /// All good answers.
    package let total: Row
    /// By scenario request.
    package let routes: [Route]
    /// Good answers by route and rung.
    package let rungs: [Row]
    /// Good answers by route and model version.
    package let versions: [Row]
    /// How late this process was ready to send.
    package let timerLag: Latency
    /// How long requests waited for a free connection.
    package let connectionWait: Latency
    /// From sent to the reply's first byte.
    package let firstByte: Latency
    /// Requests due and not ended at each percent of the run, the largest number.
    package let backlog: [Int]
    /// CPU seconds of the sending threads for each second of the run.
    package let generatorCpu: Double
    /// Connections opened.
    package let connectionsOpened: Int
    /// What faults did; nil without any.
    package var chaos: ChaosReport?

    static func name(ofPercentile percentile: Double) -> String {
        let text = "\(percentile)"
        return "p" + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }
}
