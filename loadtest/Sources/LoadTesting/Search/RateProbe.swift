// SPDX-License-Identifier: Apache-2.0

/// What was measured at one rate, extensions included.
package struct RateProbe: Sendable {
    /// One stretch of load at a rate, as a run leaves it.
    package struct Measurement: Sendable {
        /// All requests, and those of each route by its name.
        package var total = SecondlyCounts()
        /// By name of the route.
        package var routes: [String: SecondlyCounts] = [:]
        /// Whether the run's numbers mean what they seem to.
        package var verdict = Verdict.valid
        /// The 99th percentile of each part of a request's time, in nanoseconds.
        package var phases: [String: UInt64] = [:]

        /// Nothing measured yet.
        package init() {}
    }

    /// What was asked.
    package let probe: RateSearch.Probe
    /// All requests.
    package private(set) var total = SecondlyCounts()
    private var routes: [String: SecondlyCounts] = [:]
    private var verdict = Verdict.valid
    /// The 99th percentile of each part of a request's time in the last stretch, in nanoseconds.
    package private(set) var phases: [String: UInt64] = [:]

    /// A probe that has measured nothing.
    package init(_ probe: RateSearch.Probe) { self.probe = probe }

    /// Adds a stretch of load.
    package mutating func add(_ measurement: Measurement) {
        total.append(measurement.total)
        for (route, counts) in measurement.routes {
            routes[route, default: SecondlyCounts()].append(counts)
        }
        verdict = measurement.verdict
        phases = measurement.phases
    }

    /// What it says about the rate.
    ///
    /// A saturated server misses whatever the percentiles say: they measure how long the run was.
    package func finding(_ objectives: [Objective]) -> RateSearch.Finding {
        if verdict == .generatorLimited { return .generatorLimited }
        if verdict == .saturated { return .missed }
        switch ObjectiveStanding.all(objectives.map(standing)) {
        case .met: return .met
        case .missed: return .missed
        case .straddles(let isMet): return .straddles(isMet: isMet)
        }
    }

    private func standing(_ objective: Objective) -> ObjectiveStanding {
        objective.standing(in: objective.route.map { routes[$0] ?? SecondlyCounts() } ?? total)
    }
}
