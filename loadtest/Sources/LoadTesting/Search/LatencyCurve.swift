// SPDX-License-Identifier: Apache-2.0

/// Latency over rate, as a search measured it.
package struct LatencyCurve: Sendable {
    /// One rate.
    package struct Point: Hashable, Sendable {
        /// Requests per second.
        package var rate: Double
        /// A latency there, in milliseconds.
        package var milliseconds: Double

        /// A latency at a rate.
        package init(rate: Double, milliseconds: Double) {
            self.rate = rate
            self.milliseconds = milliseconds
        }
    }

    /// Points below which a curve has no shape.
    private static let pointsNeeded = 4

    /// The points by ascending rate.
    package let points: [Point]

    /// A curve through points in any order.
    package init(_ points: [Point]) { self.points = points.sorted { $0.rate < $1.rate } }

    /// Where the curve bends most; nil for a curve of few points or without a bend.
    ///
    /// The point farthest below the chord from the first point to the last, with both axes scaled
    /// to one: where a convex curve's curvature is largest (Kneedle; Satopää and others, 2011).
    package var knee: Point? {
        guard points.count >= Self.pointsNeeded, let first = points.first, let last = points.last,
            last.rate > first.rate, last.milliseconds > first.milliseconds
        else { return nil }
        let distances = points.map { point in
            let along = (point.rate - first.rate) / (last.rate - first.rate)
            let up = (point.milliseconds - first.milliseconds)
            return along - up / (last.milliseconds - first.milliseconds)
        }
        guard let farthest = distances.max(), farthest > 0 else { return nil }
        return distances.firstIndex(of: farthest).map { points[$0] }
    }
}
