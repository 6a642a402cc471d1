// SPDX-License-Identifier: Apache-2.0

/// Carries out a search: measures what the machine asks for until it has its answer.
package struct SearchRun: Sendable {
    /// Measures a stretch of load; `seed` differs for each.
    package typealias Measure =
        @Sendable (RateSearch.Probe, _ seed: UInt64) async throws -> RateProbe.Measurement

    private let range: RateSearch.Range
    private let objectives: [Objective]
    private let question: SearchReport.Question
    private let measure: Measure

    /// A search for the highest rate that meets objectives.
    package init(
        _ range: RateSearch.Range,
        _ objectives: [Objective],
        _ question: SearchReport.Question,
        measure: @escaping Measure
    ) {
        self.range = range
        self.objectives = objectives
        self.question = question
        self.measure = measure
    }

    /// Searches; cancelling the task ends it with what was found so far.
    ///
    /// - Parameters:
    ///   - willProbe: Called before each stretch of load.
    ///   - didProbe: Called after each, with what is known of its rate.
    /// - Returns: what was found; without a result when it was cancelled.
    /// - Throws: what a measurement throws.
    package func run(
        willProbe: (RateSearch.Probe) -> Void,
        didProbe: (SearchReport.Row) -> Void
    ) async throws -> SearchReport {
        var search = RateSearch(range)
        var probes: [(RateProbe, RateSearch.Finding)] = []
        var seed = question.seed
        while case .probe(let wanted) = search.step {
            willProbe(wanted)
            let measurement = try await measure(wanted, seed)
            guard !Task.isCancelled else { return SearchReport(question, nil, probes) }
            seed &+= 1
            var probe = RateProbe(wanted)
            if wanted.isExtension, let last = probes.popLast() { probe = last.0 }
            probe.add(measurement)
            let finding = probe.finding(objectives)
            search.record(finding)
            probes.append((probe, finding))
            didProbe(SearchReport.Row(probe, finding))
        }
        guard case .finished(let result) = search.step else {
            return SearchReport(question, nil, probes)
        }
        return SearchReport(question, result, probes)
    }
}

extension RateProbe.Measurement {
    /// What a run measured.
    package init(_ record: RunRecord) {
        total = SecondlyCounts(record)
        for route in record.description.routes {
            routes[route] = SecondlyCounts(record, route: route)
        }
        verdict = Judgement(Judgement.Facts(record)).verdict
        phases = record.phasePercentiles
    }

    /// Sends a stretch of load.
    package static func live(
        _ settings: LoadSettings,
        _ table: RequestTable
    ) -> SearchRun.Measure {
        { probe, seed in
            let settings = settings.steady(rate: probe.rate, seconds: probe.seconds, seed: seed)
            return RateProbe.Measurement(try await LoadRun(settings, sending: table).run().record)
        }
    }
}
