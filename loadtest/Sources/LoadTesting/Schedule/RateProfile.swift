// SPDX-License-Identifier: Apache-2.0

/// The asked rate over time: pieces in each of which it is constant or changes linearly.
package struct RateProfile: Hashable, Sendable, Encodable {
    /// One piece.
    package struct Segment: Hashable, Sendable, Encodable {
        /// Length of the piece, in seconds.
        package var durationSeconds: Double
        /// Requests per second at its start.
        package var startRate: Double
        /// Requests per second at its end.
        package var endRate: Double

        /// A piece; of constant rate unless `to` is given.
        package init(seconds: Double, rate: Double, to endRate: Double? = nil) {
            durationSeconds = seconds
            startRate = rate
            self.endRate = endRate ?? rate
        }

        /// Arrivals expected in the whole piece.
        package var arrivals: Double { (startRate + endRate) / 2 * durationSeconds }

        /// Seconds into the piece by which `count` arrivals are expected.
        ///
        /// Solves `startRate·t + slope·t²/2 = count` in the form that is exact for small slopes.
        func seconds(untilArrivals count: Double) -> Double {
            let slope = (endRate - startRate) / durationSeconds
            let root = (startRate * startRate + 2 * slope * count).squareRoot()
            let divisor = startRate + (root.isNaN ? 0 : root)
            return divisor > 0 ? min(2 * count / divisor, durationSeconds) : durationSeconds
        }
    }

    /// The pieces, one after the other.
    package let segments: [Segment]

    /// A profile of pieces.
    package init(_ segments: [Segment]) { self.segments = segments }

    /// Length of the whole profile, in seconds.
    package var durationSeconds: Double { segments.reduce(0) { $0 + $1.durationSeconds } }

    /// Arrivals expected in all.
    package var arrivals: Double { segments.reduce(0) { $0 + $1.arrivals } }

    /// The profile with a piece before it, at the rate it starts with.
    package func preceded(bySeconds seconds: Double) -> RateProfile {
        guard seconds > 0, let first = segments.first else { return self }
        return RateProfile([Segment(seconds: seconds, rate: first.startRate)] + segments)
    }
}
