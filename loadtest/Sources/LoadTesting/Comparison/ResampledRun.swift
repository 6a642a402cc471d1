// SPDX-License-Identifier: Apache-2.0

/// A series of a run, ready to be drawn again.
struct ResampledRun {
    /// A number of the run, and what each draw says in its place.
    struct Sample {
        let value: Double
        let replicates: [Double]
    }

    private let counts: SecondlyCounts
    private let bootstrap: BlockBootstrap
    private let latencies: BlockedLatencies

    /// Runs of equal length and seed are drawn together, second by second.
    init(_ counts: SecondlyCounts, seed: UInt64) {
        self.counts = counts
        bootstrap = BlockBootstrap(seconds: counts.seconds, seed: seed)
        latencies = BlockedLatencies(bootstrap.counts(counts.scheduled))
    }

    var blockCount: Int { bootstrap.blocks.count }

    /// A number of the run; nil when too few samples stand behind it.
    func sample(_ metric: ComparisonMetric) -> Sample? {
        switch metric {
        case .percentile(let percentile): sample(percentile)
        case .errorRate:
            ratio(zip(counts.due, counts.answered).map { $0 - $1 }, to: counts.due)
        case .goodput:
            ratio(counts.answered, to: [Double](repeating: 1, count: counts.seconds))
        }
    }

    private func sample(_ percentile: Double) -> Sample? {
        let needed = LatencyHistogram.samplesNeeded(forPercentile: percentile)
        guard counts.answered.reduce(0, +) >= Double(needed),
            let value = bootstrap.percentile(percentile, latencies),
            let replicates = bootstrap.replicates(ofPercentile: percentile, latencies)
        else { return nil }
        return Sample(value: value / 1e6, replicates: replicates.map { $0 / 1e6 })
    }

    private func ratio(_ dividends: [Double], to divisors: [Double]) -> Sample? {
        let (above, below) = (bootstrap.sums(dividends), bootstrap.sums(divisors))
        let divisor = below.reduce(0, +)
        guard divisor > 0 else { return nil }
        let replicates = zip(
            bootstrap.replicates(ofSum: above),
            bootstrap.replicates(ofSum: below)
        ).map { $1 > 0 ? $0 / $1 : 0 }
        return Sample(value: above.reduce(0, +) / divisor, replicates: replicates)
    }
}
