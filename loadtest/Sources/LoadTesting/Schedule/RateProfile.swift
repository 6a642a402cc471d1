// SPDX-License-Identifier: Apache-2.0

/// The asked load over time: phases, most of them of pieces in which the rate changes linearly.
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

    /// The phases, one after the other.
    package let phases: [LoadPhase]

    /// A profile of phases.
    package init(phases: [LoadPhase]) { self.phases = phases }

    /// A profile of pieces, each a phase of its own.
    package init(_ segments: [Segment]) {
        phases = segments.enumerated().map { LoadPhase(name: "\($0 + 1)", [$1]) }
    }

    /// Length of the whole profile, in seconds.
    package var durationSeconds: Double { phases.reduce(0) { $0 + $1.durationSeconds } }

    /// Arrivals expected in all.
    package var expectedArrivals: Double { phases.reduce(0) { $0 + $1.expectedArrivals } }

    /// The rate it begins with, in requests per second.
    package var startRate: Double { phases.first?.startRate ?? 0 }

    /// The profile of those phases that count.
    package var scored: RateProfile { RateProfile(phases: phases.filter(\.isScored)) }

    /// The profile with a phase before it, at the rate it starts with.
    package func preceded(bySeconds seconds: Double) -> RateProfile {
        guard seconds > 0, !phases.isEmpty else { return self }
        var warmUp = LoadPhase(name: "warm_up", [Segment(seconds: seconds, rate: startRate)])
        warmUp.arrivals = phases.first?.arrivals
        return RateProfile(phases: [warmUp] + phases)
    }
}
