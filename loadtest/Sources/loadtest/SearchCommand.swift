// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import LoadTesting

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find the highest rate that meets the objectives.",
        discussion: """
            Doubles the rate while every objective is met with certainty, then halves the step, then \
            confirms 95 % of what it found for three times as long. A probe goes on for up to three \
            lengths while a confidence interval holds the limit. Exit codes: 0 found and confirmed, \
            98 this process was the limit or the rate did not hold, 99 even the lowest rate misses, \
            130 stopped by Ctrl-C with what is known written.
            """
    )

    /// Unless an objective says how many must be answered: failing quickly is no answer.
    private static let answeredDefault = "answered >= 99%"

    @OptionGroup(title: "What is sent") var scenario: ScenarioOptions
    @OptionGroup(title: "How it is sent") var load: LoadOptions

    @Option(
        name: .long,
        help: """
            An objective every rate must meet beside those of the scenario, such as \
            'scheduled.p99 < 50ms'; repeatable.
            """
    )
    var assert: [String] = []

    @Option(
        name: .long,
        help: "The lowest rate; unless given, one with samples enough for a probe."
    )
    var from: Double?

    @Option(name: .long, help: "The highest rate.")
    var to = 100_000.0

    @Option(name: .long, help: "Length of a probe, such as 20s.")
    var probe = TimeOption(seconds: 20)

    @Flag(name: .long, help: "Print the report as JSON.")
    var json = false

    @Option(name: .long, help: "Also write a CSV file with a line for each probe.")
    var csv: String?

    @Option(name: .long, help: "Also write a page with the latency curve.")
    var html: String?

    @Flag(name: .long, help: "Send to other machines than this one. Only ever to your own.")
    var allowRemote = false

    func validate() throws {
        guard load.rate == nil, load.duration == nil, load.concurrency == nil else {
            throw ValidationError("the search decides rates and lengths; see --from, --to, --probe")
        }
        _ = try asserted
        guard probeSeconds >= 2 else { throw ValidationError("a probe takes 2s at least") }
    }

    func run() async throws {
        let (scenario, target) = try scenario.load()
        guard target.isLoopback || allowRemote else {
            throw ValidationError("\(target.host) is not this machine; --allow-remote sends there")
        }
        let objectives = try objectives(scenario)
        let range = try range(scenario, objectives)
        let settings = try load.settings(scenario.load, target)
        let report = try await Failing.reporting {
            let search = try search(scenario, settings, range, objectives)
            return try await Interruptible.run {
                try await search.run(
                    willProbe: { StandardError.write($0.progress) },
                    didProbe: { StandardError.write($0.progress) }
                )
            }
        }
        print(json ? try report.json() : report.text)
        try Failing.reporting { try write(report) }
        try end(report)
    }

    /// The rates to search; each probe must have samples enough for every objective.
    private func range(_ scenario: Scenario, _ objectives: [Objective]) throws -> RateSearch.Range {
        let total = scenario.requests.reduce(0) { $0 + $1.weight }
        let needed =
            try objectives.map { objective in
                let request = scenario.requests.first { $0.name == objective.routeName }
                guard objective.routeName == nil || request != nil else {
                    throw ValidationError("no request is called \(objective.routeName ?? "")")
                }
                return Double(objective.samplesNeeded) * total / (request?.weight ?? total)
            }.max() ?? 1
        let least = (needed / probeSeconds).rounded(.up)
        guard (from ?? least) >= least else {
            throw ValidationError(
                "the objectives need \(Int(needed)) requests in a probe: --from "
                    + "\(Int(least)) at least, or a longer --probe"
            )
        }
        guard to >= (from ?? least), ScenarioLimits.rate.contains(to) else {
            throw ValidationError("--to is a rate, and not below --from")
        }
        return .init(lowest: from ?? least, highest: to, probeSeconds: probeSeconds)
    }

    private func search(
        _ scenario: Scenario,
        _ settings: LoadSettings,
        _ range: RateSearch.Range,
        _ objectives: [Objective]
    ) throws -> SearchRun {
        var settings = settings
        // The queue that a probe leaves behind is not the next one's fault.
        if settings.warmUpSeconds == 0 { settings.warmUpSeconds = 1 }
        let table = try RequestTable(
            scenario,
            target: settings.target,
            catalog: try Catalog(of: scenario.store),
            seed: settings.seed,
            variety: load.variety
        )
        let question = SearchReport.Question(
            target: settings.target.origin,
            objectives: objectives.map(\.text),
            seed: settings.seed
        )
        return SearchRun(
            range,
            objectives,
            question,
            measure: RateProbe.Measurement.live(settings, table)
        )
    }

    private func write(_ report: SearchReport) throws {
        for (path, text) in [(csv, report.csv), (html, report.html)] {
            guard let path else { continue }
            try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
        }
    }

    private func end(_ report: SearchReport) throws {
        guard let result = report.result else { throw ExitCode.interrupted }
        if result.bound == .generator { throw ExitCode.invalidRun }
        if result.rate == nil { throw ExitCode.missedObjective }
        if result.confirmedRate == nil { throw ExitCode.invalidRun }
    }

    // MARK: Objectives

    /// Those of the scenario and of the command line, and one about answers if none of them is.
    private func objectives(_ scenario: Scenario) throws -> [Objective] {
        let given = scenario.objectives + (try asserted)
        guard !given.isEmpty else {
            throw ValidationError(
                "what must a rate meet? For example --assert 'scheduled.p99 < 50ms', or the "
                    + "scenario's `objectives`"
            )
        }
        let needsAnswers = !given.contains(where: \.isAboutAnswers)
        return given
            + (needsAnswers ? [Objective(argument: Self.answeredDefault)].compactMap(\.self) : [])
    }

    private var asserted: [Objective] {
        get throws {
            try assert.map { text in
                guard let objective = Objective(argument: text), objective.canBoundRates else {
                    throw ValidationError("`\(text)` is no objective: \(Objective.expected)")
                }
                return objective
            }
        }
    }

    private var probeSeconds: Double { probe.seconds.rounded(.up) }
}
