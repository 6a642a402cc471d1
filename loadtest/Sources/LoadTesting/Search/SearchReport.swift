// SPDX-License-Identifier: Apache-2.0

/// What a search found, as JSON and as the source of text, CSV and picture; times in milliseconds.
package struct SearchReport: Sendable, Encodable {
    /// Percentiles of a probe.
    package static let percentiles = [50, 95, 99, 99.9]

    /// What was asked.
    package struct Question: Sendable, Encodable {
        /// Whom the load went to.
        package var target: String
        /// What a rate has to meet.
        package var objectives: [String]
        /// What decided arrivals and requests.
        package var seed: UInt64

        /// A question of its parts.
        package init(target: String, objectives: [String], seed: UInt64) {
            self.target = target
            self.objectives = objectives
            self.seed = seed
        }
    }

    /// One rate.
    package struct Row: Sendable, Encodable {
        /// Requests per second.
        package let rate: Double
        /// Why it was probed.
        package let purpose: RateSearch.Purpose
        /// How long, extensions included.
        package let seconds: Int
        /// `met`, `missed`, `saturated` or `generator_limited`.
        package let finding: String
        /// Good answers per second.
        package let goodput: ConfidenceInterval?
        /// Share of the due requests with a good answer.
        package let answered: ConfidenceInterval?
        /// Scheduled latency by percentile, such as `p99`; only those with enough samples.
        package let percentilesMs: [String: ConfidenceInterval]
        /// The 99th percentile of each part of a request's time.
        package let phasesMs: [String: Double]
    }

    /// The curve's bend.
    package struct Knee: Hashable, Sendable, Encodable {
        /// Requests per second.
        package let rate: Double
        /// The 99th percentile there.
        package let p99Ms: Double
    }

    /// Version of this format.
    package let format = 1
    /// What was asked.
    package let question: Question
    /// What was found; nil when the search was stopped before its end.
    package let result: RateSearch.Result?
    /// The probes, in the order they were made.
    package let probes: [Row]
    /// Where the 99th percentile over the rate bends most.
    package let knee: Knee?
    /// The part of a request's time that grew first.
    package let firstGrowth: PhaseGrowth?

    /// Reports probes and their findings.
    package init(
        _ question: Question,
        _ result: RateSearch.Result?,
        _ probes: [(RateProbe, RateSearch.Finding)]
    ) {
        self.question = question
        self.result = result
        self.probes = probes.map { Row($0, $1) }
        firstGrowth = PhaseGrowth(
            probes.filter { $0.1 != .generatorLimited }.map { ($0.0.probe.rate, $0.0.phases) }
        )
        // A saturated server's latencies measure how long the probe was.
        let steady = self.probes.filter { $0.finding != "saturated" }
        let points = steady.compactMap { row in
            row.percentilesMs["p99"].map {
                LatencyCurve.Point(rate: row.rate, milliseconds: $0.estimate)
            }
        }
        knee = LatencyCurve(points).knee.map { Knee(rate: $0.rate, p99Ms: $0.milliseconds) }
    }

    /// The probe of the highest rate that met the objectives.
    package var best: Row? {
        result?.rate.flatMap { rate in probes.first { $0.rate == rate } }
    }
}

extension SearchReport.Row {
    init(_ probe: RateProbe, _ finding: RateSearch.Finding) {
        let counts = probe.total
        rate = probe.probe.rate
        purpose = probe.probe.purpose
        seconds = counts.seconds
        goodput = BlockBootstrap.interval(
            ofRatio: counts.answered,
            to: [Double](repeating: 1, count: counts.seconds)
        )
        answered = BlockBootstrap.interval(ofRatio: counts.answered, to: counts.due)
        phasesMs = probe.phases.mapValues { Double($0) / 1e6 }
        self.finding = probe.isSaturated ? "saturated" : Self.name(finding)
        let samples = counts.scheduled.reduce(0) { $0 + $1.count }
        var shown: [String: ConfidenceInterval] = [:]
        for percentile in SearchReport.percentiles
        where samples >= LatencyHistogram.samplesNeeded(forPercentile: percentile) {
            shown[RunReport.name(ofPercentile: percentile)] =
                BlockBootstrap.interval(ofPercentile: percentile, of: counts.scheduled)?
                .scaled(by: 1e-6)
        }
        percentilesMs = shown
    }

    private static func name(_ finding: RateSearch.Finding) -> String {
        switch finding {
        case .met, .straddles(isMet: true): "met"
        case .missed, .straddles(isMet: false): "missed"
        case .generatorLimited: "generator_limited"
        }
    }
}
