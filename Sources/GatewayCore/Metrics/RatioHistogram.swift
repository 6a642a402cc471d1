// SPDX-License-Identifier: Apache-2.0

/// The merged counts of one histogram of shares and relative differences.
package struct RatioHistogram: Equatable, Sendable {
    /// Upper edges of the buckets, inclusive, ascending.
    package let edges: [Double]
    /// Observations in each bucket, not cumulative; the last is everything above the last edge.
    ///
    /// Shape: `edges.count + 1`.
    package let counts: [UInt64]
    /// Sum of all observations.
    package let sum: Double

    /// Wraps merged counts.
    package init(edges: [Double], counts: [UInt64], sum: Double) {
        precondition(counts.count == edges.count + 1, "one count for each bucket")
        self.edges = edges
        self.counts = counts
        self.sum = sum
    }

    /// How many observations there are.
    package var count: UInt64 { counts.reduce(0, &+) }
}
