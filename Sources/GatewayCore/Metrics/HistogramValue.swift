// SPDX-License-Identifier: Apache-2.0

/// The merged counts of one duration histogram.
package struct HistogramValue: Equatable, Sendable {
    /// Upper edges of the buckets, inclusive, ascending.
    package let edgesNanoseconds: [UInt64]
    /// Observations in each bucket, not cumulative; the last is everything above the last edge.
    ///
    /// Shape: `edgesNanoseconds.count + 1`.
    package let counts: [UInt64]
    /// Sum of all observations.
    package let sumNanoseconds: UInt64

    /// Wraps merged counts.
    package init(
        edgesNanoseconds: [UInt64] = HistogramBuckets.edgesNanoseconds,
        counts: [UInt64],
        sumNanoseconds: UInt64
    ) {
        precondition(counts.count == edgesNanoseconds.count + 1, "one count for each bucket")
        self.edgesNanoseconds = edgesNanoseconds
        self.counts = counts
        self.sumNanoseconds = sumNanoseconds
    }

    /// How many observations there are.
    package var count: UInt64 { counts.reduce(0, &+) }

    /// The duration a `fraction` of the observations stayed under, in nanoseconds.
    ///
    /// Interpolates inside the bucket, as Prometheus does; above the last edge it answers that edge.
    /// Nil without observations.
    package func quantileNanoseconds(_ fraction: Double) -> Double? {
        let rank = fraction * Double(count)
        var below = 0.0
        for (bucket, observations) in counts.enumerated() where observations > 0 {
            let inBucket = Double(observations)
            if below + inBucket >= rank {
                return interpolate(bucket, share: (rank - below) / inBucket)
            }
            below += inBucket
        }
        return nil
    }

    private func interpolate(_ bucket: Int, share: Double) -> Double? {
        guard bucket < edgesNanoseconds.count else {
            return edgesNanoseconds.last.map { Double($0) }
        }
        let lower = bucket == 0 ? 0 : Double(edgesNanoseconds[bucket - 1])
        return lower + (Double(edgesNanoseconds[bucket]) - lower) * share
    }
}

/// The bucket edges of the host's duration histograms.
package enum HistogramBuckets {
    /// Upper edges, inclusive, ascending.
    ///
    /// 50 ms and 80 ms are the default budgets of the routes: a share of requests within a budget
    /// is exact only when an edge lies on it. The edges under 50 µs tell the phases of a warm
    /// request apart, which take single microseconds.
    package static let edgesNanoseconds: [UInt64] = [
        1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
        1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 80_000_000,
        100_000_000,
    ]

    /// Buckets of a histogram: one for each edge and one above the last.
    package static let count = 17
}
