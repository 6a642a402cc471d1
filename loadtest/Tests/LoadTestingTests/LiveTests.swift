// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting
import TestSupport
import Testing

/// Searches, comparisons and faults through real sockets and signals.
struct LiveTests {
    private static func settings(_ port: Int) -> LoadSettings {
        var settings = LoadSettings(
            target: Target(host: "127.0.0.1", port: port),
            pace: .open(.poisson, RateProfile([.init(seconds: 1, rate: 1)]))
        )
        // Far beyond what a busy machine takes.
        settings.timeoutNanoseconds = 60_000_000_000
        return settings
    }

    private static func table(_ settings: LoadSettings) throws -> RequestTable {
        let request = RequestTemplate(
            name: "request",
            kind: .http(method: "GET", path: "/", body: nil)
        )
        let scenario = Scenario(target: settings.target, request: request)
        return try RequestTable(
            scenario,
            target: settings.target,
            catalog: try Catalog(of: nil),
            seed: 1,
            variety: 1
        )
    }

    @Test func aServersLimitIsNotExceeded() async throws {
        let server = try await StubServer(.limited(perSecond: 300))
        let settings = Self.settings(server.port)
        var range = RateSearch.Range(lowest: 200, highest: 400, probeSeconds: 2)
        range.precision = 0.5
        let search = SearchRun(
            range,
            [try #require(Objective(argument: "scheduled.p50 < 400ms"))],
            .init(target: "stub", objectives: [], seed: 1),
            measure: RateProbe.Measurement.live(settings, try Self.table(settings))
        )
        let report = try await search.run(willProbe: { _ in }, didProbe: { _ in })
        try await server.stop()
        // A machine too busy to send is not the server's failure, and ends the search earlier.
        #expect(report.result?.rate ?? 0 < 390, "\(report.text)")
        #expect(report.probes.allSatisfy { $0.seconds >= 2 })
    }

    @Test func twoTargetsAreMeasuredByTurns() async throws {
        let servers = [
            try await StubServer(.reply(StubServer.good)),
            try await StubServer(.reply(StubServer.json("{}", status: "503 Shed"))),
        ]
        let contenders = try servers.enumerated().map { index, server in
            let settings = Self.settings(server.port)
            return LiveComparison.Contender(
                name: "server \(index)",
                settings: settings,
                table: try Self.table(settings)
            )
        }
        let live = LiveComparison(contenders[0], contenders[1], rate: 100, slotSeconds: 1, pairs: 5)
        var turns: [String] = []
        let comparison = try await live.run(threshold: .init()) { turns.append($0) }
        for server in servers { try await server.stop() }
        let result = try #require(comparison)
        #expect(turns.count == 10 && turns.count { $0 == "server 0" } == 5)
        #expect(result.verdict == .worse, "\(result.text)")
        #expect(result.cells.contains { $0.metric == "errors" && $0.verdict == .worse })
        #expect(result.objections.allSatisfy { $0.contains("a slot of") })
    }

    @Test func faultsHappenWhileLoadIsSent() async throws {
        let victim = Process()
        victim.executableURL = URL(filePath: "/bin/sleep")
        victim.arguments = ["600"]
        try victim.start()
        let pidFile = NSTemporaryDirectory() + "victim-\(UUID())"
        try Data("\(victim.processIdentifier)".utf8).write(to: URL(filePath: pidFile))
        defer {
            kill(victim.processIdentifier, SIGKILL)
            victim.waitUntilExit()
            try? FileManager.default.removeItem(atPath: pidFile)
        }
        let server = try await StubServer(.reply(StubServer.good))
        let settings = Self.settings(server.port).steady(rate: 50, seconds: 3_600)
        let faults = [
            ChaosFault(
                name: "freeze",
                atSeconds: 3,
                forSeconds: 1,
                action: .stop(pidFile: pidFile)
            ),
            ChaosFault(name: "endless", atSeconds: 6, action: .stop(pidFile: pidFile)),
        ]
        let run = try ChaosRun(
            faults,
            settings,
            LoadRun(settings, sending: try Self.table(settings))
        )
        // The run ends when all has happened, however long the machine takes for it.
        let (happened, note) = AsyncStream.makeStream(of: ChaosEvent.self)
        let progress = RunProgress()
        let running = Task {
            try await run.run(progress: progress, didHappen: { note.yield($0) })
        }
        for await event in happened where event.fault == "endless" { break }
        try await Self.wait { progress.look().answered >= 400 }
        running.cancel()
        var record = try await running.value
        try await server.stop()
        let events = record.description.chaos?.events ?? []
        #expect(events.map(\.fault) == ["freeze", "freeze", "endless", "endless"])
        #expect(events.allSatisfy { !$0.hasFailed }, "\(events)")
        record.description.assertions = [#"recover("freeze") < 3600s"#]
        let report = try #require(ChaosReport(record))
        let freeze = report.faults[0]
        #expect(freeze.beganSeconds.map { $0 >= 3 } == true)
        #expect(freeze.before?.due ?? 0 > 0)
        #expect(report.text.contains("freeze begins: SIGSTOP"))
        let unknown = try Assertion(#"recover("crash") < 3600s"#).judge(record)
        #expect(!unknown.isMet && unknown.detail.contains("no fault"))
        // A machine too busy to answer for three seconds in a row shows no recovery.
        let known = try Assertion(#"recover("freeze") < 3600s"#).judge(record)
        #expect(known.isMet || known.detail.contains("does not show"))
    }

    private static func wait(_ holds: () -> Bool) async throws {
        while !holds() { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// A real process that SIGSTOP freezes for two seconds, as in every tester's own acceptance test.
    @Test(.enabled(if: StubProcess.isPossible))
    func aStoppedProcessShowsInTheScheduledLatency() async throws {
        let server = try StubProcess()
        defer { server.end() }
        let settings = Self.settings(server.port).steady(rate: 200, seconds: 8)
        let run = LoadRun(settings, sending: try Self.table(settings))
        let progress = RunProgress()
        let running = Task { try await run.run(progress: progress) }
        try await Self.wait { progress.look().answered >= 100 }
        kill(server.processIdentifier, SIGSTOP)
        try await Task.sleep(for: .seconds(2))
        kill(server.processIdentifier, SIGCONT)
        let answered = try await running.value.measurements.answered
        #expect(answered.count > 1_000)
        #expect(answered.scheduled.nanoseconds(atPercentile: 99) >= 1_500_000_000)
        #expect(answered.scheduled.meanNanoseconds > answered.service.meanNanoseconds)
    }

    @Test func recordedRunsOfOtherLoadsAreRefused() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let settings = Self.settings(server.port)
        let table = try Self.table(settings)
        let records = try await [50.0, 60].asyncMap { rate in
            try await LoadRun(settings.steady(rate: rate), sending: table).run().record
        }
        try await server.stop()
        let objections = Comparability.objections(records[0], records[1])
        #expect(objections.contains("they asked for different loads"))
        #expect(objections.contains { $0.contains(" run is ") })
        let own = Comparability.objections(records[0], records[0])
        #expect(own.allSatisfy { $0.contains(" run is ") })
    }
}

extension LoadSettings {
    fileprivate func steady(rate: Double, seconds: Double = 1) -> LoadSettings {
        var settings = self
        settings.pace = .open(.poisson, RateProfile([.init(seconds: seconds, rate: rate)]))
        return settings
    }
}

extension Array {
    fileprivate func asyncMap<Result>(
        _ transform: (Element) async throws -> Result
    ) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
