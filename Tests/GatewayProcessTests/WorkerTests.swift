// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// Isolated versions through the real gateway: workers that are killed, crash, hang and leak.
@Suite(.serialized) struct WorkerTests {
    /// `make test` kills this many workers; SLUICE_WORKER_KILLS asks for more.
    private static let kills =
        ProcessInfo.processInfo.environment["SLUICE_WORKER_KILLS"].flatMap { Int($0) } ?? 20
    /// Every answer the ladder may give while a worker is away.
    private static let rungs: Set<String> = ["assigned", "stable", "last_known_good", "base_price"]

    /// An isolated version that all shoppers get.
    static func isolated(_ settings: String, worker: String = "") -> TestConfig.Version {
        var version = TestConfig.Version.erratic(
            "erratic-price",
            settings,
            execution: "execution: isolated, worker: {\(worker)}, "
        )
        version.weight = 10_000
        return version
    }

    private static func gateway(
        _ settings: String,
        worker: String,
        store: FixtureStore? = nil
    ) throws -> RunningGateway {
        try RunningGateway(store: store ?? .published()) {
            $0.prices[0].weight = 0
            $0.prices[1] = isolated(settings, worker: worker)
        }
    }

    @Test func killedWorkersCostNoAnswer() throws {
        let gateway = try Self.gateway(
            "mode: ok",
            worker: "restart_minimum: 1ms, restart_maximum: 1ms, crash_loop: 1000"
        )
        let load = LoadGenerator(port: gateway.dataPort, threads: 4, rungs: Self.rungs)
        var killed: Set<Int32> = []
        for _ in 0..<Self.kills {
            let worker = try #require(try gateway.waitForWorker(otherThan: killed))
            #expect(load.waitForMoreRequests())
            kill(worker, SIGKILL)
            killed.insert(worker)
        }
        #expect(load.waitForMoreRequests())
        let report = load.stop()
        #expect(report.failures.isEmpty, "\(report.failures.prefix(3)) of \(report.requestCount)")
        #expect(killed.count == Self.kills)
        #expect(try gateway.waitForWorker(otherThan: killed) != nil)
        let name = #"sluice_worker_ends_total{model="pricing",version="2",reason="crashed"} "#
        #expect(try gateway.metrics().contains(name + "\(Self.kills)\n"))
    }

    @Test func aNewSnapshotReachesTheWorker() throws {
        let store = try FixtureStore.published()
        let gateway = try Self.gateway("mode: ok", worker: "", store: store)
        let load = LoadGenerator(port: gateway.dataPort, threads: 2)
        for round in 1...4 {
            let id = try store.build(history: FixtureStore.history(mugPrice: "10.\(round)0"))
            #expect(try Waiting.until { try gateway.snapshotID() == id }, "\(gateway.logText)")
            let reply = try gateway.price([("MUG-1a", 1)])
            #expect(reply["Sluice-Rung"] == "assigned")
            #expect(try reply.lines().first?["unit_price"] as? String == "10.\(round)0")
        }
        let report = load.stop()
        #expect(report.failures.isEmpty, "\(report.failures.prefix(3)) of \(report.requestCount)")
        #expect(gateway.workerEnds == 0)
    }

    @Test func aCrashLoopIsQuarantinedAndSaysSo() throws {
        let gateway = try Self.gateway(
            "mode: crash",
            worker: "restart_minimum: 1ms, crash_loop: 3, quarantine: 1h"
        )
        let isQuarantined = try Waiting.until {
            #expect(try gateway.price([("MUG-1a", 1)]).status == 200)
            return try gateway.worker()["state"] as? String == "quarantined"
        }
        #expect(isQuarantined, "\(gateway.logText)")
        let ready = try gateway.control("/readyz?verbose")
        #expect(ready.status == 200, "the gateway answers from lower rungs")
        #expect(ready.text.contains("worker of pricing/2 is quarantined, last end: crashed"))
        #expect(try gateway.control("/").text.contains("quarantined"))
        let state = #"sluice_worker_state{model="pricing",version="2",state="quarantined"} 1"#
        #expect(try gateway.metrics().contains(state))
        try gateway.waitForLog("worker is quarantined: it ended too often")
        #expect(try Waiting.until { try gateway.breakerState("pricing", "2") == "open" })
        let reply = try gateway.price([("MUG-1a", 1)])
        #expect(reply["Sluice-Reason"] == "breaker_open")
    }

    @Test func aRefusedModelEndsTheStart() throws {
        let store = try FixtureStore.published()
        var config = TestConfig(snapshots: store.directory)
        config.prices[0].weight = 0
        config.prices[1] = Self.isolated("mode: nonsense")
        let path = try store.folder.write("sluice.yaml", config.text)
        let output = try SluiceProcess.run(["serve", "--config", path])
        #expect(output.status == 1)
        #expect(output.standardError.contains("settings.mode: expected one of"))
    }

    @Test func workersEndWithTheirGateway() throws {
        let gateway = try Self.gateway("mode: ok", worker: "")
        let worker = try #require(try gateway.waitForWorker(otherThan: []))
        gateway.send(SIGKILL)
        #expect(Waiting.until { kill(worker, 0) != 0 || Self.isZombie(worker) })
    }

    private static func isZombie(_ process: Int32) -> Bool {
        let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return text?.contains(") Z ") ?? true
    }
}

/// Each way to go wrong, each place to run: every price is answered, the breaker opens, and it closes
/// again when the version behaves.
@Suite(.serialized) struct MisbehaviourMatrixTests {
    private struct Place {
        let handler: String
        let execution: String

        static let inline = Place(handler: "erratic-price-inline", execution: "")
        static let pooled = Place(handler: "erratic-price", execution: "execution: pooled, ")
        static let isolated = Place(
            handler: "erratic-price",
            execution: "execution: isolated, worker: {memory: 128MiB, hang_grace: 100ms, "
                + "restart_minimum: 1ms, restart_maximum: 20ms, crash_loop: 4, quarantine: 1h}, "
        )
    }

    private static let budget = "300ms"
    private static let settings = "delay_milliseconds: 700, leak_mebibytes: 64"

    /// A crash in the gateway's own process, or a leak without a limit, is what isolation is for; an
    /// event loop that hangs cannot be helped.
    private static let matrix: [(mode: String, places: [Place])] = [
        ("fail", [.inline, .pooled, .isolated]),
        ("nan", [.inline, .pooled, .isolated]),
        ("wrong_shape", [.inline, .pooled, .isolated]),
        ("late_completion", [.inline, .pooled, .isolated]),
        ("delay", [.pooled, .isolated]),
        ("overrun", [.pooled, .isolated]),
        // The state of a call that hangs in this process stays for ever, so it comes last.
        ("hang", [.isolated, .pooled]),
        ("crash", [.isolated]),
        ("leak", [.isolated]),
    ]

    @Test(arguments: matrix.map(\.mode))
    func everyPriceIsAnsweredAndTheBreakerOpensAndCloses(mode: String) throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store) { Self.configure(&$0, "ok", .pooled) }
        for place in Self.matrix.first(where: { $0.mode == mode })?.places ?? [] {
            try expectRecovery(gateway, store, mode, place)
        }
    }

    /// What is completed twice is answered once, and that is all anybody sees.
    @Test(arguments: [0, 1])
    func aDoubleCompletionIsHarmless(place: Int) throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store) {
            Self.configure(&$0, "double_completion", [.pooled, .isolated][place])
            $0.budget = "10s"
        }
        for _ in 0..<50 {
            let reply = try gateway.price([("MUG-1a", 1)])
            #expect(reply.status == 200)
            #expect(reply["Sluice-Rung"] == "assigned")
        }
        #expect(try gateway.breakerState("pricing", "2") == "closed")
        // A worker's host meets them in the worker.
        guard place == 0 else { return }
        let counted = #"sluice_stray_completions_total{plugin="erratic"} 50"# + "\n"
        #expect(try Waiting.until { try gateway.metrics().contains(counted) })
        let publishing = try gateway.status()["publishing"] as? [String: Any]
        #expect((publishing?["stray_completions"] as? [String: Int])?["erratic"] == 50)
    }

    private func expectRecovery(
        _ gateway: RunningGateway,
        _ store: FixtureStore,
        _ mode: String,
        _ place: Place
    ) throws {
        try reload(gateway, store, mode, place)
        #expect(
            try Waiting.until {
                try expectPrice(gateway)
                if mode == "leak" { return try gateway.workerEnds > 0 && gateway.hasFallbacks() }
                return try gateway.breakerState("pricing", "2") == "open"
            },
            "\(mode) \(place.execution)\n\(gateway.logText.suffix(2_000))"
        )
        #expect(try gateway.hasFallbacks())
        try reload(gateway, store, "ok", place)
        #expect(
            try Waiting.until {
                let isAssigned = try expectPrice(gateway) == "assigned"
                return try isAssigned && gateway.breakerState("pricing", "2") == "closed"
            },
            "\(mode) \(place.execution) recovers\n\(gateway.logText.suffix(2_000))"
        )
    }

    private static func configure(_ config: inout TestConfig, _ mode: String, _ place: Place) {
        config.budget = budget
        // Or a version that misbehaves is refused before it serves.
        config.publishing = "{warm_up_requests: 0}"
        config.breaker =
            "consecutive_failures: 3, open_minimum: 200ms, open_maximum: 200ms, trials: 1, "
            + "trials_in_flight: 1, ramp: 1ms"
        config.prices[0].weight = 0
        config.prices[1] = .erratic(
            place.handler,
            "mode: \(mode), \(settings)",
            execution: place.execution
        )
        config.prices[1].weight = 10_000
    }

    private func reload(
        _ gateway: RunningGateway,
        _ store: FixtureStore,
        _ mode: String,
        _ place: Place
    ) throws {
        var config = TestConfig(snapshots: store.directory)
        Self.configure(&config, mode, place)
        let before = gateway.reloadCount
        var refusals = gateway.refusedReloadCount
        try gateway.reload(config.text)
        // Refused while a late call still holds the state before the last: asked again, as people do.
        let isReloaded = Waiting.until {
            if gateway.refusedReloadCount > refusals {
                refusals = gateway.refusedReloadCount
                gateway.send(SIGHUP)
            }
            return gateway.reloadCount > before
        }
        #expect(isReloaded, "\(gateway.logText.suffix(2_000))")
    }

    @discardableResult
    private func expectPrice(_ gateway: RunningGateway) throws -> String? {
        let reply = try gateway.price([("MUG-1a", 1)])
        #expect(reply.status == 200, "\(reply.text)")
        #expect(try reply.lines().first?["unit_price"] as? String == "10.00")
        return reply["Sluice-Rung"]
    }
}

extension RunningGateway {
    /// What `/api/status` says of the second price version's worker; empty when it has none.
    func worker() throws -> [String: Any] {
        let models = try status()["models"] as? [[String: Any]]
        let found = models?.first { $0["name"] as? String == "pricing" }
        let versions = found?["versions"] as? [[String: Any]]
        let version = versions?.first { $0["version"] as? String == "2" }
        return version?["worker"] as? [String: Any] ?? [:]
    }

    /// The process of a worker that takes calls and is none of `old`.
    func waitForWorker(otherThan old: Set<Int32>) throws -> Int32? {
        var found: Int32?
        _ = try Waiting.until {
            let worker = try worker()
            let process = (worker["pid"] as? Int).map(Int32.init) ?? 0
            guard worker["state"] as? String == "ready", process > 0, !old.contains(process)
            else { return false }
            found = process
            return true
        }
        return found
    }

    /// Worker processes that ended.
    var workerEnds: Int {
        let ends = (try? worker()["ends"]) as? [String: Int]
        return ends?.values.reduce(0, +) ?? 0
    }

    /// Configs that were brought into force since the start.
    var reloadCount: Int { logText.components(separatedBy: "\"config reloaded\"").count - 1 }

    /// Configs that were refused since the start.
    var refusedReloadCount: Int { logText.components(separatedBy: "\"config refused").count - 1 }

    /// Whether metrics tell why lower rungs answered.
    func hasFallbacks() throws -> Bool {
        try metrics().split(separator: "\n").contains {
            $0.hasPrefix("sluice_fallback_total{route=\"prices\"") && !$0.hasSuffix(" 0")
        }
    }
}
