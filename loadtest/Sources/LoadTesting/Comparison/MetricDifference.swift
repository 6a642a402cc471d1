// SPDX-License-Identifier: Apache-2.0

/// By how much a number differs between two runs, and how sure that is.
struct MetricDifference {
    /// Blocks of each run below which chance cannot be told from change.
    private static let blocksNeeded = 5

    let first: Double
    let second: Double
    let interval: ConfidenceInterval
    /// The probability that chance alone differs so much, not corrected.
    let probability: Double

    /// Compares a number of two runs; nil when a run is too short for it.
    init?(_ metric: ComparisonMetric, _ first: ResampledRun, _ second: ResampledRun) {
        let blocks = min(first.blockCount, second.blockCount)
        guard blocks >= Self.blocksNeeded, let mine = first.sample(metric),
            let theirs = second.sample(metric)
        else { return nil }
        let replicates = zip(theirs.replicates, mine.replicates).map { $0 - $1 }
        let difference = theirs.value - mine.value
        (self.first, self.second) = (mine.value, theirs.value)
        interval = ConfidenceInterval(
            estimate: difference,
            replicates: replicates,
            blocks: blocks
        )
        probability = Significance.probability(
            ofDifference: difference,
            standardError: Self.deviation(replicates)
                * ConfidenceInterval.widening(blocks: blocks)
        )
    }

    private static func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count)).squareRoot()
    }
}
