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

    @Option(name: .long, help: "Show how the run goes at this port of 127.0.0.1, for a browser.")
    var serve: Int?

    @Flag(name: .long, help: "Send to other machines than this one. Only ever to your own.")
    var allowRemote = false

    func run() async throws {
        let (scenario, target) = try scenario.load()
        guard target.isLoopback || allowRemote else {
            throw ValidationError("\(target.host) is not this machine; --allow-remote sends there")
        }
        let settings = try load.settings(scenario.load, target)
        let (variety, quiet) = (load.variety, quiet)
        let server = try await Failing.reporting { try await Self.serve(at: serve) }
        var record = try await Failing.reporting {
            try await Interruptible.run {
                try await Self.measure(scenario, settings, variety, quiet: quiet, server)
            }
        }
        await server?.stop()
        record.description.scenario = self.scenario.facts
        record.description.assertions = scenario.assertions.map(\.text) + options.assert
        try Failing.reporting { try options.deliver(record, writesRecord: true) }
    }

    private static func serve(at port: Int?) async throws -> LiveServer? {
        guard let port else { return nil }
        let server = LiveServer()
        let opened = try await server.start(port: port)
        StandardError.write("how the run goes: http://127.0.0.1:\(opened)/")
        return server
    }

    private static func measure(
        _ scenario: Scenario,
        _ settings: LoadSettings,
        _ variety: Int,
        quiet: Bool,
        _ server: LiveServer?
    ) async throws -> RunRecord {
        let table = try RequestTable(
            scenario,
            target: settings.target,
            catalog: try Catalog(of: scenario.store),
            seed: settings.seed,
            variety: variety
        )
        let seconds = settings.warmUpSeconds + settings.durationSeconds
        let live = LiveView(drawsOnTerminal: !quiet && LiveView.isPossible, server: server)
        let progress = live.drawsOnTerminal || server != nil ? RunProgress() : nil
        let view = progress.map { progress in
            Task {
                await live.show(
                    progress,
                    target: settings.target.origin,
                    totalSeconds: seconds
                )
            }
        }
        let saysEvents = !quiet && !live.drawsOnTerminal
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
