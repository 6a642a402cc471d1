// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

/// What changes while requests go on: snapshots, config, the end.
@Suite(.serialized) struct ServingTests {
    @Test func publishingUnderLoadFailsNoRequest() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store)
        let load = LoadGenerator(port: gateway.dataPort, threads: 4)
        var ids = [try gateway.snapshotID()]
        for round in 1...5 {
            let id = try store.build(history: FixtureStore.history(mugPrice: "10.\(round)0"))
            ids.append(id)
            #expect(try Waiting.until { try gateway.snapshotID() == id }, "\(gateway.logText)")
            #expect(try gateway.price([("MUG-1a", 1)]).json()["snapshot"] as? String == id)
            #expect(load.waitForMoreRequests())
        }
        let report = load.stop()
        #expect(report.failures.isEmpty, "\(report.failures.prefix(3)) of \(report.requestCount)")
        #expect(report.snapshots == Set(ids.compactMap { $0 }))
    }

    @Test func idleLoopsHoldNoOldSnapshot() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store) { $0.eventLoops = 4 }
        for round in 1...8 {
            // Some loops have answered from a snapshot and then get no request for a while.
            for _ in 1...3 { #expect(try gateway.price([("TEA-4", round)]).status == 200) }
            let id = try store.build(history: FixtureStore.history(mugPrice: "10.0\(round)"))
            #expect(try Waiting.until { try gateway.snapshotID() == id }, "round \(round)")
        }
    }

    @Test func rollingBackServesTheOldPrices() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store)
        let first = try gateway.snapshotID()
        let second = try store.build(history: FixtureStore.history(mugPrice: "11.00"))
        #expect(try Waiting.until { try gateway.snapshotID() == second })
        #expect(try gateway.price([("MUG-1a", 1)]).lines()[0]["unit_price"] as? String == "11.00")
        let output = try SluiceProcess.run(["snapshot", "rollback", store.directory])
        #expect(output.status == 0)
        #expect(output.standardOutput == "\(first ?? "")\n")
        #expect(try Waiting.until { try gateway.snapshotID() == first })
        #expect(try gateway.price([("MUG-1a", 1)]).lines()[0]["unit_price"] as? String == "10.00")
    }

    @Test(arguments: ["flipped", "truncated", "no data", "foreign", "no such snapshot", "junk"])
    func aDamagedSnapshotIsRefused(damage: String) throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store)
        let old = try #require(try gateway.snapshotID())
        try Damage(store: store, oldID: old).publish(damage)
        let line = try gateway.waitForLog("snapshot refused, the old one keeps serving")
        #expect((line["error"] as? String)?.isEmpty == false)
        #expect(try gateway.status()["refused_snapshot"] as? String == line["error"] as? String)
        #expect(try gateway.snapshotID() == old)
        let reply = try gateway.price([("MUG-1a", 1)])
        #expect(try reply.json()["snapshot"] as? String == old)
        #expect(try gateway.control("/readyz").status == 200)
        let next = try store.build(history: FixtureStore.history(mugPrice: "12.00"))
        #expect(try Waiting.until { try gateway.snapshotID() == next }, "\(gateway.logText)")
        #expect(try gateway.status()["refused_snapshot"] == nil)
    }

    @Test func reloadingMovesTheWeights() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store)
        for (weights, versions) in [([0, 10_000], ["2"]), ([10_000, 0], ["1"])] {
            var config = TestConfig(snapshots: store.directory)
            for index in config.prices.indices { config.prices[index].weight = weights[index] }
            try gateway.reload(config.text)
            #expect(
                try Waiting.until {
                    let text = try gateway.metrics()
                    let name = #"sluice_traffic_weight{model="pricing",version="2"} "#
                    return text.contains(name + (weights[1] == 0 ? "0\n" : "1\n"))
                }
            )
            let seen = try Set(
                (0..<20).map {
                    try gateway.price([("TEA-4", 1)], session: "s\($0)")["Sluice-Version"]
                }
            )
            #expect(seen == Set(versions))
        }
        #expect(try gateway.lastReload()["successful"] as? Bool == true)
    }

    @Test(arguments: [
        ("a mistake", "stable", "stabel", "stabel"),
        ("a missing handler", "list-price", "list-prize", "list-prize"),
        ("no YAML", "server:", "server: [", "server"),
        (
            "a refused setting", "handler: list-price", "handler: list-price, settings: {flor: 1}",
            "flor"
        ),
    ])
    func aWrongConfigChangesNothing(
        name: String,
        old: String,
        new: String,
        named: String
    ) throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store)
        let config = try TestConfig(snapshots: store.directory).text
        try gateway.reload(config.replacingOccurrences(of: old, with: new))
        try gateway.waitForLog("config refused, the old one stays in force")
        let reload = try gateway.lastReload()
        #expect(reload["successful"] as? Bool == false)
        #expect((reload["message"] as? String)?.contains(named) == true, "\(reload)")
        #expect(try gateway.metrics().contains("sluice_config_last_reload_successful 0\n"))
        #expect(try gateway.price([("TEA-4", 1)]).status == 200)
        try gateway.reload(config)
        try gateway.waitForLog("config reloaded")
        #expect(try gateway.metrics().contains("sluice_config_last_reload_successful 1\n"))
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func stoppingUnderLoadFailsNoRequest(signal: Int32) throws {
        let gateway = try RunningGateway(store: .published()) { $0.linger = "10s" }
        let load = LoadGenerator(port: gateway.dataPort, threads: 4)
        #expect(load.waitForMoreRequests())
        gateway.send(signal)
        // Balancers see that it is unready while it still accepts, and then send nothing more.
        #expect(try Waiting.until { try gateway.control("/readyz").status == 503 })
        #expect(try gateway.control("/livez").status == 200)
        #expect(try gateway.status()["draining"] as? Bool == true)
        #expect(load.waitForMoreRequests())
        let report = load.stop()
        #expect(report.failures.isEmpty, "\(report.failures.prefix(3)) of \(report.requestCount)")
        #expect(gateway.waitForExit() == 0)
    }

    @Test func stoppingWaitsForWhatIsAtWork() throws {
        let gateway = try RunningGateway(store: .published()) {
            let slow = "mode: delay, one_in: 1, delay_milliseconds: 2000"
            $0.budget = "10s"
            $0.prices = [.erratic("erratic-price", slow, name: "1")]
            $0.prices[0].weight = 10_000
        }
        let connection = try RawConnection(port: gateway.dataPort)
        try connection.send(
            RunningGateway.postBytes("/v1/prices", RunningGateway.cart([("TEA-4", 1)]))
        )
        #expect(try Waiting.until { try gateway.busyThreads() == 1 })
        gateway.send(SIGTERM)
        let reply = try connection.readReply()
        #expect(reply.status == 200)
        #expect(reply["Sluice-Rung"] == "assigned")
        #expect(connection.isClosed())
        // Or the gateway gives the client time to read.
        connection.close()
        #expect(gateway.waitForExit() == 0)
    }

    /// One client never ends its request, one never begins: neither holds the end up for longer than
    /// `drain.timeout`.
    @Test func stoppingEndsInTimeWhateverClientsDo() throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.limits = "{header_timeout: 10m, body_timeout: 10m, idle_timeout: 10m}"
            $0.drainTimeout = "2s"
        }
        let idle = try RawConnection(port: gateway.dataPort)
        let busy = try RawConnection(port: gateway.dataPort)
        try idle.send("GET /v2 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try idle.readReply().status == 200)
        try busy.send("GET /v2 HTTP/1.1\r\nHos")
        Thread.sleep(forTimeInterval: 0.1)
        gateway.send(SIGTERM)
        #expect(idle.isClosed())
        #expect(busy.isClosed())
        #expect(gateway.waitForExit() == 0)
    }

    @Test func startingWithoutASnapshotWaitsForOne() throws {
        let store = try FixtureStore()
        let config = TestConfig(snapshots: store.directory)
        let path = try store.folder.write("sluice.yaml", config.text)
        let process = try ServerProcess(["serve", "--config", path, "--control-port", "0"])
        Thread.sleep(forTimeInterval: 0.2)
        try store.build()
        try process.waitForLog("listening")
    }
}

extension RunningGateway {
    /// Threads inside the handler of the first price version.
    fileprivate func busyThreads() throws -> Int? {
        (try version("pricing", "1")?["pool"] as? [String: Any])?["busy"] as? Int
    }

    func lastReload() throws -> [String: Any] {
        (try status()["config"] as? [String: Any])?["last_reload"] as? [String: Any] ?? [:]
    }
}
