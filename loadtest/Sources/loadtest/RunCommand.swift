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
    @OptionGroup(title: "What it must fulfil, and where reports go") var options: ReportOptions

    @Flag(
        name: .long,
        help: "Say nothing while sending. A terminal shows how the run goes otherwise."
    )
    var quiet = false

    @Flag(name: .long, help: "Send to other machines than this one. Only ever to your own.")
    var allowRemote = false

    func run() async throws {
        let (scenario, target) = try scenario.load()
        guard target.isLoopback || allowRemote else {
            throw ValidationError("\(target.host) is not this machine; --allow-remote sends there")
        }
        let settings = try load.settings(scenario.load, target)
        let (variety, quiet) = (load.variety, quiet)
        var record = try await Failing.reporting {
            try await Interruptible.run {
                try await Self.measure(scenario, settings, variety, quiet: quiet)
            }
        }
        record.description.scenario = self.scenario.facts
        record.description.assertions = scenario.assertions.map(\.text) + options.assert
        try Failing.reporting { try options.deliver(record, writesRecord: true) }
    }

    private static func measure(
        _ scenario: Scenario,
        _ settings: LoadSettings,
        _ variety: Int,
        quiet: Bool
    ) async throws -> RunRecord {
        let table = try RequestTable(
            scenario,
            target: settings.target,
            catalog: try Catalog(of: scenario.store),
            seed: settings.seed,
            variety: variety
        )
        let seconds = settings.warmUpSeconds + settings.durationSeconds
        let progress = !quiet && LiveView.isPossible ? RunProgress() : nil
        let view = progress.map { progress in
            Task { await LiveView.draw(progress, totalSeconds: seconds) }
        }
        let saysEvents = !quiet && progress == nil
        let run = try ChaosRun(scenario.chaos, settings, LoadRun(settings, sending: table))
        let record = try await run.run(progress: progress) {
            guard saysEvents else { return }
            StandardError.write("sending to \(settings.target.origin) for \(seconds) s")
        } didHappen: {
            if saysEvents { StandardError.write($0.progress) }
        }
        view?.cancel()
        await view?.value
        return record
    }
}
