// SPDX-License-Identifier: Apache-2.0

/// An estimate and the range that holds the true value in 95 of 100 runs.
package struct ConfidenceInterval: Hashable, Sendable, Encodable {
    /// How many standard errors of a normal estimate 95 % lie within.
    static let standardErrors = 1.959964

    /// What the whole run says.
    package let estimate: Double
    /// The lower end.
    package let lower: Double
    /// The upper end.
    package let upper: Double

    /// An interval from its ends; they are stretched to hold the estimate.
    package init(estimate: Double, lower: Double, upper: Double) {
        self.estimate = estimate
        self.lower = min(lower, estimate)
        self.upper = max(upper, estimate)
    }

    /// The interval of the percentile method over replicates of an estimate, widened for few blocks.
    init(estimate: Double, replicates: [Double], blocks: Int) {
        let sorted = replicates.sorted()
        let widening = Self.widening(blocks: blocks)
        let tail = Int(Double(sorted.count) * 0.025)
        self.init(
            estimate: estimate,
            lower: estimate - (estimate - sorted[tail]) * widening,
            upper: estimate + (sorted[sorted.count - 1 - tail] - estimate) * widening
        )
    }

    /// How much more runs vary than replicates of few blocks do (Hesterberg, 2015).
    ///
    /// Replicates have `(blocks - 1) / blocks` of the variance, which itself is known only as well as
    /// by Student's distribution; its quantile by the expansion of Cornish and Fisher.
    static func widening(blocks: Int) -> Double {
        let freedom = Double(max(blocks - 1, 1))
        let square = standardErrors * standardErrors
        let student =
            1 + (square + 1) / (4 * freedom)
            + (5 * square * square + 16 * square + 3) / (96 * freedom * freedom)
        return student * ((freedom + 1) / freedom).squareRoot()
    }

    /// From the lower end to the upper.
    package var width: Double { upper - lower }

    /// The interval in another unit.
    func scaled(by factor: Double) -> ConfidenceInterval {
        ConfidenceInterval(
            estimate: estimate * factor,
            lower: lower * factor,
            upper: upper * factor
        )
    }

    /// Whether a value lies within.
    package func contains(_ value: Double) -> Bool { (lower...upper).contains(value) }
}
