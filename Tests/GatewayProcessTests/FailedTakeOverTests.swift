// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// New processes that die on their way to taking over, at every step of it.
@Suite(.serialized) struct FailedTakeOverTests {
    /// Where a successor ends, as a script that speaks the protocol so far.
    private enum Death: String, CaseIterable {
        case beforeItIsReady = "kill -KILL $$"
        case onceItIsReady = "printf R >&$fd; kill -KILL $$"
        case onceItMayAccept = "printf R >&$fd; read -r -N 1 -u $fd; kill -KILL $$"
        /// It hangs: the old one ends it when it is late.
        case whileItAccepts = "printf R >&$fd; read -r -N 1 -u $fd; exec sleep 1000"
        case withNonsense = "printf R >&$fd; read -r -N 1 -u $fd; printf X >&$fd; kill -KILL $$"

        /// The descriptor of the old process comes last.
        var script: String { "#!/bin/bash\nfd=$((2 + LISTEN_FDS))\n\(rawValue)\n" }
    }

    private static let refusal = "the new process did not become ready, the old one keeps serving"

    @Test func aSuccessorThatDiesAtAnyStepCostsNoRequest() throws {
        let store = try FixtureStore.published()
        let program = Program(in: store.folder)
        try program.isTheRealOne()
        let gateway = try RunningGateway(store: store, executable: program.url) {
            $0.restartTimeout = "3s"
        }
        let loads = [true, false].map {
            LoadGenerator(port: gateway.dataPort, threads: 1, keepsAlive: $0)
        }
        let probes = ReadinessProbes(port: gateway.controlPort)
        for (index, death) in Death.allCases.enumerated() {
            try program.isAScript(death.script)
            gateway.send(SIGUSR2)
            try gateway.waitForLog(Self.refusal, occurrence: index + 1)
            #expect(try gateway.control("/readyz").status == 200)
            #expect(loads.allSatisfy { $0.waitForMoreRequests() }, "after \(death)")
            #expect(try gateway.restartState() == "failed")
        }
        try program.isTheRealOne()
        // The one that hangs had little time; a real one gets all it needs.
        try gateway.reload(TestConfig(snapshots: store.directory).text)
        try gateway.waitForLog("config reloaded")
        try killARealSuccessor(of: gateway, occurrence: Death.allCases.count + 1)
        gateway.send(SIGUSR2)
        let successor = try gateway.successor(1)
        #expect(loads.allSatisfy { $0.waitForMoreRequests() })
        #expect(gateway.waitForExit() == 0)
        let answers = probes.stop()
        #expect(answers.allSatisfy { $0 == "200" }, "\(Set(answers))")
        for load in loads {
            let report = load.stop()
            #expect(
                report.failures.isEmpty,
                "\(report.failures.prefix(3)) of \(report.requestCount)"
            )
        }
        _ = successor
    }

    /// Kills the next new process as soon as it has begun to load.
    private func killARealSuccessor(of gateway: RunningGateway, occurrence: Int) throws {
        gateway.send(SIGUSR2)
        let line = try gateway.waitForLog(
            "restarting: a new process starts",
            occurrence: occurrence
        )
        kill(try #require(pid_t(line["pid"] as? String ?? "")), SIGKILL)
        try gateway.waitForLog(Self.refusal, occurrence: occurrence)
    }

    /// What the gateway is called by: the program, or a script in its place.
    private struct Program {
        let url: URL

        init(in folder: TemporaryFolder) {
            url = URL(filePath: folder.path).appending(path: "sluice")
        }

        func isTheRealOne() throws {
            try? FileManager.default.removeItem(at: url)
            try FileManager.default.createSymbolicLink(
                at: url,
                withDestinationURL: Products.sluice
            )
        }

        func isAScript(_ text: String) throws {
            try FileManager.default.removeItem(at: url)
            try Data(text.utf8).write(to: url)
            chmod(url.path, 0o755)
        }
    }
}

extension RunningGateway {
    fileprivate func restartState() throws -> String? {
        (try status()["restart"] as? [String: Any])?["state"] as? String
    }
}
