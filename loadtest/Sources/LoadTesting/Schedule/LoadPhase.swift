// SPDX-License-Identifier: Apache-2.0

/// A named part of a run with its own rate; results can be told for each.
package struct LoadPhase: Hashable, Sendable, Encodable {
    /// What decides when requests are due.
    package enum Course: Hashable, Sendable, Encodable {
        /// A rate over time, with random gaps around it.
        case rates([RateProfile.Segment])
        /// Recorded times.
        case trace(ArrivalTrace)
    }

    /// What the phase is called in the report.
    package var name: String
    /// When requests are due.
    package var course: Course
    /// How arrivals are spaced; nil as the rest of the run.
    package var arrivals: ArrivalProcess?
    /// Whether its requests count; a ramp up may not.
    package var isScored = true

    /// A phase of rates.
    package init(name: String, _ segments: [RateProfile.Segment]) {
        self.name = name
        course = .rates(segments)
    }

    /// A phase of recorded times.
    package init(name: String, trace: ArrivalTrace) {
        self.name = name
        course = .trace(trace)
    }

    /// Length of the phase, in seconds.
    package var durationSeconds: Double {
        switch course {
        case .rates(let segments): segments.reduce(0) { $0 + $1.durationSeconds }
        case .trace(let trace): trace.durationSeconds
        }
    }

    /// Arrivals expected in it.
    package var expectedArrivals: Double {
        switch course {
        case .rates(let segments): segments.reduce(0) { $0 + $1.arrivals }
        case .trace(let trace): Double(trace.offsetsNanoseconds.count)
        }
    }

    /// The rate it begins with, in requests per second.
    var startRate: Double {
        switch course {
        case .rates(let segments): segments.first?.startRate ?? 0
        case .trace: durationSeconds > 0 ? expectedArrivals / durationSeconds : 0
        }
    }
}
