// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting
import Testing

/// Runs against servers of known behaviour, through real sockets.
struct LoadRunTests {
    @Test func aServerThatDoesLessThanAskedIsSaturated() async throws {
        let server = try await StubServer(.limited(perSecond: 300))
        let (_, outcome, report) = try await Self.run(
            server.port,
            rate: 1_000,
            seconds: 2,
            timeoutSeconds: 1
        )
        try await server.stop()
        var facts = Judgement.Facts(outcome.record)
        // A busy machine may make this process late as well; that is judged first.
        facts.timerLagNanoseconds = nil
        #expect(Judgement(facts).verdict == .saturated)
        #expect([.saturated, .generatorLimited].contains(report.judgement.verdict))
        #expect(report.goodput ?? 0 < 700)
    }

    struct Fault: Sendable {
        let behaviour: StubServer.Behaviour
        let cause: FailureCause
    }

    @Test(arguments: [
        Fault(
            behaviour: .reset("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
            cause: .closedInReply
        ),
        Fault(behaviour: .reset(""), cause: .closedBeforeReply),
        Fault(behaviour: .reply("HTTP/1.1 200 OK\r\nno field\r\n\r\n"), cause: .malformed),
        Fault(behaviour: .reply("SSH-2.0\r\n\r\n"), cause: .malformed),
        Fault(behaviour: .reply(StubServer.json("{}", status: "500 No")), cause: .status),
        Fault(behaviour: .reply(StubServer.json("<html>")), cause: .notJSON),
        Fault(behaviour: .reply(StubServer.json(#"{"items":1}"#)), cause: .incomplete),
        Fault(behaviour: .silence, cause: .timeout),
    ])
    func faultsAreCountedByCause(_ fault: Fault) async throws {
        let server = try await StubServer(fault.behaviour)
        let (_, outcome, report) = try await Self.run(
            server.port,
            rate: 100,
            seconds: 0.5,
            timeoutSeconds: fault.cause == .timeout ? 0.2 : 60,
            kind: .recommend(limit: 10)
        )
        try await server.stop()
        let causes = outcome.measurements.failures["request"] ?? [:]
        #expect(causes[fault.cause, default: 0] > 0, "\(causes)")
        #expect(report.answered == 0)
        #expect(report.due > 0 && report.failed == report.due)
        // Between two connections of a server that closes each, a request may find none.
        let others: Set<FailureCause> = [fault.cause, .closedBeforeReply, .connectionWait]
        #expect(Set(causes.keys).isSubset(of: others), "\(causes)")
    }

    @Test func nobodyListening() async throws {
        let port = try UnusedPort()
        let (_, outcome, report) = try await Self.run(port.number, rate: 200, seconds: 0.5)
        #expect(report.due > 50)
        #expect(outcome.measurements.failureCount(.refused) == report.due)
        #expect(report.text.contains("refused"))
    }

    @Test func sheddingIsCountedApart() async throws {
        let server = try await StubServer(.reply(StubServer.json("{}", status: "503 Shed")))
        let (_, _, report) = try await Self.run(server.port, rate: 200, seconds: 0.5)
        try await server.stop()
        #expect(report.due > 50 && report.shed == report.due)
        #expect(report.failed == 0 && report.answered == 0)
    }

    @Test func rungsAndVersionsComeFromTheReplies() async throws {
        let fields = "Sluice-Rung: stable\r\nSluice-Version: 7\r\nConnection: close\r\n"
        let server = try await StubServer(.reply(StubServer.json("{}", fields: fields)))
        let (_, _, report) = try await Self.run(server.port, rate: 100, seconds: 0.5, threads: 2)
        try await server.stop()
        #expect(report.rungs.map(\.name) == ["request stable"])
        #expect(report.versions.map(\.name) == ["request 7"])
        #expect(report.answered > 0 && report.failed == 0)
        #expect(report.connectionsOpened > report.answered / 2)
        _ = try JSONSerialization.jsonObject(with: Data(report.json.utf8))
    }

    @Test func anArmIsTheVersionThatWasAssigned() async throws {
        let body = #"{"assigned_version":"2","served_version":"1","items":[{"product_id":"MUG"}]}"#
        let server = try await StubServer(.reply(StubServer.json(body)))
        let (_, _, report) = try await Self.run(
            server.port,
            rate: 100,
            seconds: 0.5,
            kind: .recommend(limit: 10)
        )
        try await server.stop()
        #expect(report.arms.map(\.name) == ["request 2"], "\(report.failures)")
    }

    @Test func theWarmUpDoesNotCount() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let (settings, _, report) = try await Self.run(
            server.port,
            rate: 100,
            seconds: 0.5,
            warmUpSeconds: 1
        )
        try await server.stop()
        let schedule = ArrivalSchedule(
            .poisson,
            RateProfile([.init(seconds: 1, rate: 100), .init(seconds: 0.5, rate: 100)]),
            seed: settings.seed
        )
        #expect(report.due == schedule.offsetsNanoseconds.count { $0 >= 1_000_000_000 })
    }

    @Test func aClosedLoopSendsWhenTheReplyCame() async throws {
        let server = try await StubServer(.limited(perSecond: 200))
        var settings = Self.settings(server.port, .closed(concurrency: 4, seconds: 3))
        settings.threads = 2
        let (outcome, report) = try await Self.run(settings)
        try await server.stop()
        // 200 a second, and those that were under way when it began and ended.
        let most = 200 * report.elapsedSeconds + 10
        #expect(report.answered > 4 && Double(report.answered) <= most)
        #expect(outcome.measurements.connectionCount == 4)
        #expect(report.failed == 0)
    }

    @Test func aRunThatIsStoppedStillReports() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let port = server.port
        let run = Task { try await Self.run(port, rate: 100, seconds: 600) }
        try await Task.sleep(for: .milliseconds(500))
        run.cancel()
        let (_, outcome, report) = try await run.value
        try await server.stop()
        #expect(outcome.wasInterrupted && report.wasInterrupted)
        #expect(report.elapsedSeconds < 300)
    }

    // MARK: Running

    private static func settings(_ port: Int, _ pace: LoadSettings.Pace) -> LoadSettings {
        LoadSettings(target: Target(host: "127.0.0.1", port: port), pace: pace)
    }

    private static func run(
        _ port: Int,
        rate: Double,
        seconds: Double,
        warmUpSeconds: Double = 0,
        timeoutSeconds: Double = 60,
        threads: Int = 1,
        kind: RequestTemplate.Kind = .http(method: "GET", path: "/", body: nil)
    ) async throws -> (settings: LoadSettings, outcome: LoadRun.Outcome, report: RunReport) {
        let profile = RateProfile([.init(seconds: seconds, rate: rate)])
        var settings = settings(port, .open(.poisson, profile))
        settings.warmUpSeconds = warmUpSeconds
        settings.timeoutNanoseconds = UInt64(timeoutSeconds * 1e9)
        settings.threads = threads
        let (outcome, report) = try await run(settings, kind)
        return (settings, outcome, report)
    }

    private static func run(
        _ settings: LoadSettings,
        _ kind: RequestTemplate.Kind = .http(method: "GET", path: "/", body: nil)
    ) async throws -> (LoadRun.Outcome, RunReport) {
        var scenario = Scenario(
            target: settings.target,
            request: RequestTemplate(name: "request", kind: kind)
        )
        scenario.store = StoreProfile(products: .list(["MUG"]))
        let table = try RequestTable(
            scenario,
            target: settings.target,
            catalog: Catalog(products: ["MUG"]),
            seed: 1,
            variety: 8
        )
        let outcome = try await LoadRun(settings, sending: table).run()
        return (outcome, RunReport(outcome.record))
    }
}
