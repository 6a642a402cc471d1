// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import LoadTesting
import YAMLDecoding

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Send a load, measure from when each request was due, and judge the run.",
        discussion: """
            Requests go out by a schedule that is fixed before the run: a slow server cannot slow it \
            down. `scheduled` latency counts from when a request was due, `service` latency from when \
            it was sent. With --concurrency each connection sends when its reply came, as wrk does.
            """
    )

    @OptionGroup(title: "What is sent") var scenario: ScenarioOptions
    @OptionGroup(title: "When it is sent") var load: LoadOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "An objective; exit code 99 when one is missed.",
            discussion: """
                answered >= 99.9%, shed <= 1%, goodput >= 500, scheduled.p99 < 50ms, \
                service.p99.9 < 2ms; with a route's name and a dot before it, of that route. \
                recover("freeze") < 5s is about a fault of the scenario.
                """
        )
    )
    var assert: [RunAssertion] = []

    @Flag(name: .long, help: "Print the report as JSON.")
    var json = false

    @Flag(name: .long, help: "Send to other machines than this one. Only ever to your own.")
    var allowRemote = false

    func run() async throws {
        let (scenario, target) = try scenario.load()
        guard target.isLoopback || allowRemote else {
            throw ValidationError("\(target.host) is not this machine; --allow-remote sends there")
        }
        let settings = try load.settings(scenario.load, target)
        let variety = load.variety
        let report = try await reporting {
            let objectives = assert.compactMap(\.objective)
            return try await Interruptible.run {
                try await Self.measure(scenario, settings, variety, objectives)
            }
        }
        let missed = assert.compactMap { $0.failure(in: report) }
        let parts = [report.chaos?.text, report.text].compactMap { $0 }
        print(json ? try report.json() : parts.joined(separator: "\n\n"))
        for failure in missed { StandardError.write("objective missed: \(failure)") }
        try end(report, hasMissed: !missed.isEmpty)
    }

    private static func measure(
        _ scenario: Scenario,
        _ settings: LoadSettings,
        _ variety: Int,
        _ objectives: [Objective]
    ) async throws -> RunReport {
        let table = try RequestTable(
            scenario,
            target: settings.target,
            products: try scenario.store.map { try ProductList.keys(of: $0.products) } ?? [],
            seed: settings.seed,
            variety: variety
        )
        let run = try ChaosRun(scenario.chaos, settings, LoadRun(settings, sending: table))
        let (outcome, events) = try await run.run {
            let seconds = settings.warmUpSeconds + settings.scoredSeconds
            StandardError.write("sending to http://\(settings.target.authority) for \(seconds) s")
        } didHappen: {
            StandardError.write($0.progress)
        }
        var report = RunReport(settings, routes: table.routes, outcome)
        if !scenario.chaos.isEmpty {
            report.chaos = ChaosReport(scenario.chaos, events, outcome.record, objectives)
        }
        return report
    }

    private func end(_ report: RunReport, hasMissed: Bool) throws {
        if report.wasInterrupted { throw ExitCode.interrupted }
        // What was not brought about was not tested.
        if report.chaos?.failures.isEmpty == false { throw ExitCode.invalidRun }
        if report.judgement.verdict != .valid { throw ExitCode.invalidRun }
        if hasMissed { throw ExitCode.missedObjective }
    }

    /// Runs the work; an error becomes one line and exit code 1.
    private func reporting(_ work: () async throws -> RunReport) async throws -> RunReport {
        do {
            return try await work()
        } catch {
            StandardError.write("error: \(error)")
            throw ExitCode.failure
        }
    }
}

/// What a run must reach: an objective, or how soon it recovers from a fault.
enum RunAssertion: ExpressibleByArgument {
    case objective(Objective)
    case recovery(RecoveryAssertion)

    init?(argument: String) {
        if let recovery = RecoveryAssertion(argument) {
            self = .recovery(recovery)
        } else if let objective = Objective(argument: argument) {
            self = .objective(objective)
        } else {
            return nil
        }
    }

    var objective: Objective? {
        if case .objective(let objective) = self { objective } else { nil }
    }

    func failure(in report: RunReport) -> String? {
        switch self {
        case .objective(let objective): objective.failure(in: report)
        case .recovery(let recovery):
            report.chaos.map(recovery.failure) ?? "\(recovery.text): the scenario has no faults"
        }
    }
}
