// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Whether differences are more than chance.
package enum Significance {
    /// How seldom chance alone may look like a difference.
    package static let level = 0.05

    /// The probability that chance alone gives such a difference or a larger one, to either side.
    ///
    /// The standard error is the difference's standard deviation over runs, 0 when nothing varied.
    package static func probability(ofDifference difference: Double, standardError: Double)
        -> Double
    {
        guard standardError > 0 else { return difference == 0 ? 1 : 0 }
        return erfc(abs(difference) / standardError / 2.0.squareRoot())
    }

    /// Probabilities corrected for how many were asked at once (Holm, 1979), in the same order.
    ///
    /// Twenty comparisons at 5 % find one difference that is none; corrected, all of them together do
    /// so in 5 of 100 runs.
    package static func holm(_ probabilities: [Double]) -> [Double] {
        var corrected = probabilities
        var largest = 0.0
        let ascending = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
        for (rank, index) in ascending.enumerated() {
            largest = max(largest, probabilities[index] * Double(probabilities.count - rank))
            corrected[index] = min(largest, 1)
        }
        return corrected
    }
}
