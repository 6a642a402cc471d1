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
                service.p99.9 < 2ms; with a route's name and a dot before it, of that route.
                """
        )
    )
    var assert: [Objective] = []

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
            try await Interruptible.run { try await Self.measure(scenario, settings, variety) }
        }
        let missed = assert.compactMap { $0.failure(in: report) }
        print(json ? try report.json() : report.text)
        for failure in missed { StandardError.write("objective missed: \(failure)") }
        try end(report, hasMissed: !missed.isEmpty)
    }

    private static func measure(
        _ scenario: Scenario,
        _ settings: LoadSettings,
        _ variety: Int
    ) async throws -> RunReport {
        let table = try RequestTable(
            scenario,
            target: settings.target,
            catalog: try Catalog(of: scenario.store),
            seed: settings.seed,
            variety: variety
        )
        let outcome = try await LoadRun(settings, sending: table).run {
            let seconds = settings.warmUpSeconds + settings.scoredSeconds
            StandardError.write("sending to \(settings.target.origin) for \(seconds) s")
        }
        return RunReport(settings, routes: table.routes, outcome)
    }

    private func end(_ report: RunReport, hasMissed: Bool) throws {
        if report.wasInterrupted { throw ExitCode.interrupted }
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

extension Objective: ExpressibleByArgument {}
