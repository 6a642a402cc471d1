// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import SessionNeighbours

extension SessionParameters.Algorithm: ExpressibleByArgument {}

/// The parameters of session neighbours, on the command line.
struct SessionParameterOptions: ParsableArguments {
    @Option(name: .long, help: "The formula, with defaults of its own.")
    var algorithm = SessionParameters.Algorithm.vstan

    @Option(name: .customShort("k"), help: "Nearest sessions that speak.")
    var neighbours: Int?

    @Option(name: .customShort("m"), help: "Most recent sessions that are compared.")
    var recentSessions: Int?

    @Option(name: .long, help: "Items of the session that count, the newest.")
    var lastItems: Int?

    @Option(name: .long, help: "Position decay within the session, in steps.")
    var spw: Double?

    @Option(name: .long, help: "Age decay of past sessions, in days.")
    var snh: Double?

    @Option(name: .long, help: "Distance decay within a past session, in steps.")
    var inh: Double?

    @Option(name: .long, help: "Decay of what matches further back in the session, in steps.")
    var ipw: Double?

    @Option(name: .long, help: "Preference for rare items.")
    var idf: Double?

    @Option(name: .long, help: "Share of what followed the newest item.")
    var sequential: Double?

    @Flag(name: .long, help: "Answer nothing the session has already.")
    var excludeSeen = false

    var parameters: SessionParameters {
        var parameters = algorithm == .vmis ? SessionParameters.vmis : SessionParameters()
        parameters.neighbours = neighbours ?? parameters.neighbours
        parameters.recentSessions = recentSessions ?? parameters.recentSessions
        parameters.lastItems = lastItems ?? parameters.lastItems
        parameters.positionDecay = spw ?? parameters.positionDecay
        parameters.ageDecayDays = snh ?? parameters.ageDecayDays
        parameters.distanceDecay = inh ?? parameters.distanceDecay
        parameters.matchDecay = ipw ?? parameters.matchDecay
        parameters.rarity = idf ?? parameters.rarity
        parameters.sequential = sequential ?? parameters.sequential
        parameters.remind = !excludeSeen
        return parameters
    }

    func validate() throws {
        if let fault = parameters.fault { throw ValidationError(fault) }
    }
}

struct EvaluateRecommendationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommendations",
        abstract: "Predict the next item of sessions, revealing them item by item.",
        discussion: """
            Both logs hold SessionId, ItemId and Time, apart by tabs. HR and MRR are of the very next \
            item, NDCG, precision and recall of all items that follow in the session. An item that \
            was never trained on counts as missed. Exit codes: 0 evaluated, 1 a log was refused.
            """
    )

    @Option(name: .long, help: "The log to learn from.")
    var train: String?

    @Option(name: .long, help: "An index of `sluice index sessions`, instead of --train.")
    var index: String?

    @Option(name: .long, help: "The log to predict.")
    var test: String

    @Option(name: .long, help: "Items of one answer, 1 to 1000.")
    var limit = 20

    @OptionGroup var model: SessionParameterOptions
    @OptionGroup var options: SessionIndexOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (train == nil) != (index == nil) else {
            throw ValidationError("expected either --train or --index")
        }
        guard (1...1000).contains(limit) else {
            throw ValidationError("--limit: expected 1 to 1000")
        }
    }

    func run() throws {
        try reporting {
            var bar = CountBar()
            defer { bar.finish() }
            let storage = try storage(&bar)
            let index = try SessionIndex(storage.bytes)
            // Items the index does not know get a number past its own.
            let log = try ClickLog.read(test, items: .numbered { index.findItem($0) ?? .max })
            let model = SessionModel(index, model.parameters)
            var evaluation = SessionEvaluation(model, limit: limit)
            evaluation.run(log) { bar.show("predicting", done: $0, of: $1) }
            bar.finish()
            let report = RecommendationsReport(evaluation, index, limit: limit)
            if json { try printJSON(report) } else { print(report.table) }
        }
    }

    private func storage(_ bar: inout CountBar) throws -> SessionIndexStorage {
        if let index { return try SessionIndexStorage(mapping: index) }
        let log = try ClickLog.read(train ?? "") { read, total, clicks in
            bar.show("reading, \(clicks) clicks", done: read, of: total)
        }
        return try SessionIndexReport.make(log, options.rules).0
    }
}

/// The result of an evaluation.
struct RecommendationsReport: Encodable {
    struct Quality: Encodable {
        let name: String
        let predictions: Int
        let hitRate: Double
        let meanReciprocalRank: Double
        let normalizedGain: Double
        let precision: Double
        let recall: Double

        init(_ name: String, _ tally: EvaluationTally) {
            self.name = name
            predictions = tally.predictions
            hitRate = tally.hitRate
            meanReciprocalRank = tally.meanReciprocalRank
            normalizedGain = tally.normalizedGain
            precision = tally.precision
            recall = tally.recall
        }
    }

    let limit: Int
    let sessions: Int
    let overall: Quality
    let segments: [Quality]
    let coverage: Double
    let latencyMicroseconds: [String: Double]
    let indexBytes: Int

    init(_ evaluation: SessionEvaluation, _ index: SessionIndex, limit: Int) {
        self.limit = limit
        sessions = evaluation.sessions
        overall = Quality("all", evaluation.overall)
        segments = evaluation.segments.map { Quality($0.name, $0.tally) }
        coverage = evaluation.coverage
        let percentiles = [("p50", 50.0), ("p90", 90), ("p99", 99)]
        latencyMicroseconds = Dictionary(
            uniqueKeysWithValues: percentiles.map {
                ($0.0, Double(evaluation.latency(percentile: $0.1)) / 1000)
            }
        )
        indexBytes = index.byteCount
    }

    var table: String {
        let head = ["", "predictions", "HR@\(limit)", "MRR@\(limit)", "NDCG@\(limit)"]
        let rows = ([overall] + segments).map { quality in
            [quality.name, "\(quality.predictions)"]
                + [quality.hitRate, quality.meanReciprocalRank, quality.normalizedGain]
                .map { String(format: "%.4f", $0) }
        }
        let lines = ([head] + rows).map { cells in
            cells[0].padding(toLength: 24, withPad: " ", startingAt: 0)
                + cells[1...].map { String(repeating: " ", count: max(13 - $0.count, 1)) + $0 }
                .joined()
        }
        let times = ["p50", "p90", "p99"].map {
            "\($0) \(String(format: "%.1f", latencyMicroseconds[$0] ?? 0)) µs"
        }
        return lines.joined(separator: "\n")
            + "\ncoverage \(String(format: "%.4f", coverage)), one prediction "
            + times.joined(separator: ", ") + ", \(sessions) sessions"
    }
}
