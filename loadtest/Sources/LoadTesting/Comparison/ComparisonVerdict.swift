// SPDX-License-Identifier: Apache-2.0

/// What the second of two runs is, beside the first.
package enum ComparisonVerdict: String, Sendable, Encodable, CaseIterable {
    /// Certainly and noticeably better.
    case better
    /// Certainly and noticeably worse.
    case worse
    /// Certainly not noticeably different.
    case same
    /// The runs are too short or too unsteady to say.
    case undecided
}

/// One number of one series in both runs; latencies in milliseconds.
package struct ComparisonCell: Sendable, Encodable {
    /// `total` or the name of a route.
    package let series: String
    /// Such as `p99`.
    package let metric: String
    /// In the first run; nil when too few samples stand behind it.
    package let first: Double?
    /// In the second run; nil when too few samples stand behind it.
    package let second: Double?
    /// Second less first, with its 95 % interval.
    package let difference: ConfidenceInterval?
    /// The probability that chance alone differs so much, corrected for the number of comparisons.
    package internal(set) var probability: Double?
    /// What the second run is in this.
    package internal(set) var verdict = ComparisonVerdict.undecided

    let kind: ComparisonMetric
    private let threshold: PracticalThreshold

    private enum CodingKeys: CodingKey {
        case series, metric, first, second, difference, probability, verdict
    }

    init(
        _ series: String,
        _ kind: ComparisonMetric,
        _ difference: MetricDifference?,
        _ threshold: PracticalThreshold
    ) {
        self.series = series
        self.kind = kind
        self.threshold = threshold
        metric = kind.name
        first = difference?.first
        second = difference?.second
        self.difference = difference?.interval
        probability = difference?.probability
    }

    /// Judges the difference once its probability is corrected.
    mutating func judge() {
        guard let first, let difference, let probability else { return }
        let limit = threshold.difference(kind, from: first)
        if probability < Significance.level, abs(difference.estimate) > limit {
            verdict = (difference.estimate > 0) == kind.isCost ? .worse : .better
        } else if -limit <= difference.lower, difference.upper <= limit {
            verdict = .same
        }
    }
}
