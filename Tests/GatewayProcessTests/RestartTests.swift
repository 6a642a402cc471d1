// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// One process takes over from another.
@Suite(.serialized) struct RestartTests {
    private static let refusal = "the new process did not become ready, the old one keeps serving"

    @Test func restartingUnderLoadFailsNoRequest() throws {
        let gateway = try RunningGateway(store: .published())
        let loads = [true, false].map {
            LoadGenerator(port: gateway.dataPort, threads: 3, keepsAlive: $0)
        }
        let probes = ReadinessProbes(port: gateway.controlPort)
        #expect(loads.allSatisfy { $0.waitForMoreRequests() })
        gateway.send(SIGUSR2)
        let second = try gateway.successor(1)
        #expect(loads.allSatisfy { $0.waitForMoreRequests() })
        #expect(gateway.waitForExit() == 0)
        #expect(try gateway.instanceIdentifier() == second.identifier)
        second.send(SIGUSR2)
        let third = try gateway.successor(2)
        #expect(second.waitForExit())
        #expect(loads.allSatisfy { $0.waitForMoreRequests() })
        for load in loads {
            let report = load.stop()
            #expect(
                report.failures.isEmpty,
                "\(report.failures.prefix(3)) of \(report.requestCount)"
            )
        }
        #expect(try gateway.instanceIdentifier() == third.identifier)
        #expect(probes.stop().allSatisfy { $0 == "200" })
        third.send(SIGTERM)
        #expect(third.waitForExit())
    }

    /// An idle connection gets the last reply it asks for, and is told that it is the last.
    @Test func idleConnectionsAreLeftTheirLastRequest() throws {
        let gateway = try RunningGateway(store: .published())
        var connections = try (0..<4).map { _ in try RawConnection(port: gateway.dataPort) }
        for connection in connections.prefix(2) {
            try connection.send("GET /v2 HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try connection.readReply()["Connection"] == nil)
        }
        gateway.send(SIGUSR2)
        let successor = try gateway.successor(1)
        for connection in connections {
            // The old process hears of its successor some time after the test does.
            let isLast = try Waiting.until {
                try connection.send("GET /v2/health/ready HTTP/1.1\r\nHost: a\r\n\r\n")
                let reply = try connection.readReply()
                #expect(reply.status == 200)
                return reply["Connection"] == "close"
            }
            #expect(isLast)
            #expect(connection.isClosed())
        }
        connections.removeAll()
        #expect(gateway.waitForExit() == 0)
        #expect(try gateway.price([("TEA-4", 1)]).status == 200)
        _ = successor
    }

    @Test func aNewProcessThatCannotStartLeavesTheOldOne() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store)
        let load = LoadGenerator(port: gateway.dataPort, threads: 2, keepsAlive: false)
        let config = try TestConfig(snapshots: store.directory).text
        let mistakes = [
            config.replacingOccurrences(of: "level: info", with: "level: loud"),
            config.replacingOccurrences(of: "handler: list-price", with: "handler: list-prize"),
        ]
        for (index, (text, code)) in zip(mistakes, [78, 1]).enumerated() {
            try Data(text.utf8).write(to: URL(filePath: gateway.configPath))
            gateway.send(SIGUSR2)
            let line = try gateway.waitForLog(Self.refusal, occurrence: index + 1)
            #expect((line["error"] as? String)?.contains("exit code \(code)") == true, "\(line)")
            let restart = try gateway.status()["restart"] as? [String: Any]
            #expect(restart?["state"] as? String == "failed")
            #expect(restart?["message"] as? String == line["error"] as? String)
            #expect(try gateway.metrics().contains("sluice_restart_failures_total \(index + 1)\n"))
        }
        try Data(config.utf8).write(to: URL(filePath: gateway.configPath))
        gateway.send(SIGUSR2)
        let successor = try gateway.successor(1)
        #expect(gateway.waitForExit() == 0)
        #expect(load.waitForMoreRequests())
        let report = withExtendedLifetime(successor) { load.stop() }
        #expect(report.failures.isEmpty, "\(report.failures.prefix(3)) of \(report.requestCount)")
    }

    /// The new process has no snapshot to serve and waits for one, longer than it may.
    @Test func aNewProcessThatIsNeverReadyIsEnded() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store) { $0.restartTimeout = "5s" }
        let text = try TestConfig(snapshots: store.folder.path + "/nothing").text
        try Data(text.utf8).write(to: URL(filePath: gateway.configPath))
        gateway.send(SIGUSR2)
        try gateway.waitForLog("restarting: a new process starts")
        gateway.send(SIGUSR2)
        try gateway.waitForLog("a restart is under way already")
        #expect(try gateway.control("/readyz").status == 200)
        let line = try gateway.waitForLog(Self.refusal)
        #expect((line["error"] as? String)?.contains("5000 ms") == true, "\(line)")
        #expect(try gateway.price([("TEA-4", 1)]).status == 200)
    }

    @Test func stoppingWhileANewProcessStartsEndsBoth() throws {
        let store = try FixtureStore.published()
        let gateway = try RunningGateway(store: store)
        let text = try TestConfig(snapshots: store.folder.path + "/nothing").text
        try Data(text.utf8).write(to: URL(filePath: gateway.configPath))
        gateway.send(SIGUSR2)
        let line = try gateway.waitForLog("restarting: a new process starts")
        let successor = ForeignProcess(pid_t(line["pid"] as? String ?? "") ?? 0)
        gateway.send(SIGTERM)
        #expect(gateway.waitForExit() == 0)
        #expect(successor.waitForExit())
    }

    @Test func withoutADataPortThereIsNothingToHandOver() throws {
        let store = try FixtureStore()
        let config = try store.folder.write(
            "sluice.yaml",
            TestConfig(snapshots: store.directory).text
        )
        let process = try ServerProcess(["serve", "--config", config])
        try process.waitForLog("the control port is open")
        process.send(SIGUSR2)
        try process.waitForLog(Self.refusal)
        process.send(SIGTERM)
        #expect(process.waitForExit() == 0)
    }

    @Test func theProcessFileNamesWhoServes() throws {
        let store = try FixtureStore.published()
        let config = try store.folder.write(
            "sluice.yaml",
            TestConfig(snapshots: store.directory).text
        )
        let file = store.folder.path + "/sluice.pid"
        let process = try ServerProcess(["serve", "--config", config, "--pid-file", file])
        try process.waitForLog("listening")
        #expect(Waiting.until { Self.identifier(in: file) == process.identifier })
        process.send(SIGUSR2)
        let line = try process.waitForLog("handed over to a new process")
        let successor = ForeignProcess(pid_t(line["pid"] as? String ?? "") ?? 0)
        #expect(process.waitForExit() == 0)
        #expect(Self.identifier(in: file) == successor.identifier)
        successor.send(SIGTERM)
        #expect(successor.waitForExit())
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    private static func identifier(in file: String) -> pid_t? {
        let text = try? String(contentsOfFile: file, encoding: .utf8)
        return text.flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
}

extension RunningGateway {
    /// The process that took over, the first one or a later one.
    func successor(_ occurrence: Int) throws -> ForeignProcess {
        let line = try waitForLog("handed over to a new process", occurrence: occurrence)
        return ForeignProcess(try #require(pid_t(line["pid"] as? String ?? "")))
    }

    fileprivate func instanceIdentifier() throws -> pid_t? {
        let instance = try status()["instance"] as? [String: Any]
        return (instance?["pid"] as? Int).map(pid_t.init)
    }
}
