// SPDX-License-Identifier: Apache-2.0

extension RunReport {
    /// Percentiles that are shown when enough samples stand behind them.
    package static let percentiles = [50, 90, 95, 99, 99.9, 99.99]

    /// Latencies of one kind of reply, in milliseconds.
    package struct Latency: Sendable, Encodable {
        /// Replies.
        package let count: UInt64
        /// Mean of all.
        package let meanMs: Double
        /// The largest.
        package let maxMs: Double
        /// By percentile, such as `p99`; only those with enough samples.
        package let percentilesMs: [String: Double]
        /// Samples that the other percentiles need.
        package let samplesNeeded: [String: UInt64]

        init(_ histogram: LatencyHistogram) {
            count = histogram.count
            meanMs = histogram.meanNanoseconds / 1e6
            maxMs = Double(histogram.maximumNanoseconds) / 1e6
            var (shown, needed): ([String: Double], [String: UInt64]) = ([:], [:])
            for percentile in RunReport.percentiles {
                let name = RunReport.name(ofPercentile: percentile)
                if let value = histogram.supportedNanoseconds(atPercentile: percentile) {
                    shown[name] = Double(value) / 1e6
                } else {
                    needed[name] = LatencyHistogram.samplesNeeded(forPercentile: percentile)
                }
            }
            (percentilesMs, samplesNeeded) = (shown, needed)
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

    /// One clock of one kind of reply.
    package struct Part: Sendable, Encodable {
        /// What was measured, such as a phase of the server.
        package let name: String
        /// Its times.
        package let latency: Latency
    }

    static func name(ofPercentile percentile: Double) -> String {
        let text = "\(percentile)"
        return "p" + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }
}
