// SPDX-License-Identifier: Apache-2.0

/// How sure a percentile is if every request were independent of the others.
///
/// Assumes nothing about the distribution: the ranks between which the percentile lies follow the
/// binomial distribution, here by its normal approximation. Where the block bootstrap gives a much
/// wider interval, requests of one time are alike and the run is not steady.
package enum OrderStatistic {
    /// The interval of a percentile, in nanoseconds; nil when too few samples lie beyond it.
    package static func interval(
        ofPercentile percentile: Double,
        of counts: LatencyCounts
    ) -> ConfidenceInterval? {
        let count = Double(counts.count)
        let share = percentile / 100
        let spread = ConfidenceInterval.standardErrors * (count * share * (1 - share)).squareRoot()
        let (low, high) = (count * share - spread, count * share + spread + 1)
        guard low >= 1, high <= count,
            let lower = counts.nanoseconds(atRank: UInt64(low.rounded(.down))),
            let middle = counts.nanoseconds(atRank: UInt64((count * share).rounded(.up))),
            let upper = counts.nanoseconds(atRank: UInt64(high.rounded(.up)))
        else { return nil }
        return ConfidenceInterval(
            estimate: Double(middle),
            lower: Double(lower),
            upper: Double(upper)
        )
    }
}
