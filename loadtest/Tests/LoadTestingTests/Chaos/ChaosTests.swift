// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting
import TestSupport
import Testing
import YAMLDecoding

/// Faults through real signals and files, and what is told of them.
struct ChaosTests {
    /// A process that sleeps, its pid file and a folder, all gone at the end.
    private final class Victim {
        let process = Process()
        let folder = NSTemporaryDirectory() + "chaos-\(UUID())"
        var pidFile: String { folder + "/pid" }

        init() throws {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true
            )
            process.executableURL = URL(filePath: "/bin/sleep")
            process.arguments = ["600"]
            try process.start()
            try write("pid", "\(process.processIdentifier)\n")
        }

        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: URL(filePath: folder + "/" + name))
        }

        func read(_ name: String) throws -> String {
            try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        }

        /// The state the kernel tells, such as `T` for stopped.
        var state: Character? {
            let path = "/proc/\(process.processIdentifier)/stat"
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            return text.split(separator: ")").last?.dropFirst().first
        }

        func waitForState(where isMeant: (Character?) -> Bool) async throws -> Bool {
            for _ in 0..<3_000 {
                if isMeant(state) { return true }
                try await Task.sleep(for: .milliseconds(10))
            }
            return false
        }

        deinit {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    @Test func aStoppedProcessGoesOnAgain() async throws {
        let victim = try Victim()
        let fault = ChaosFault(name: "freeze", atSeconds: 0, action: .stop(pidFile: victim.pidFile))
        var injector = ChaosInjector([fault])
        try injector.check()
        #expect(try injector.begin(0).contains("SIGSTOP"))
        #expect(try await victim.waitForState { $0 == "T" })
        #expect(try injector.end(0)?.contains("SIGCONT") == true)
        #expect(try await victim.waitForState { $0 != "T" && $0 != nil })
        #expect(try injector.end(0) == nil, "what is undone is not undone again")
    }

    @Test func aKilledProcessIsGone() throws {
        let victim = try Victim()
        let fault = ChaosFault(name: "crash", atSeconds: 0, action: .kill(pidFile: victim.pidFile))
        var injector = ChaosInjector([fault])
        _ = try injector.begin(0)
        victim.process.waitUntilExit()
        #expect(victim.process.terminationStatus == SIGKILL)
        #expect(throws: ChaosError.self) { try injector.check() }
    }

    @Test func aConfigIsChangedAndRestored() throws {
        let victim = try Victim()
        try victim.write("a.yaml", "mode: ok\n")
        let change = ConfigChange(
            path: victim.folder + "/a.yaml",
            replacement: .text("mode: ok", by: "mode: fail")
        )
        let fault = ChaosFault(
            name: "config",
            atSeconds: 0,
            action: .config(change, pidFile: victim.pidFile)
        )
        var injector = ChaosInjector([fault])
        try injector.check()
        #expect(try injector.begin(0).contains("SIGHUP"))
        #expect(try victim.read("a.yaml") == "mode: fail\n")
        // SIGHUP ends `sleep`: the file is restored all the same.
        _ = try? injector.end(0)
        #expect(try victim.read("a.yaml") == "mode: ok\n")
        try victim.write("a.yaml", "mode: ok, mode: ok\n")
        #expect(throws: ChaosError.self) { try injector.check() }
    }

    @Test func aFileThatSomebodyElseChangedIsLeftAlone() throws {
        let victim = try Victim()
        try victim.write("a.yaml", "one\n")
        try victim.write("b.yaml", "two\n")
        let change = ConfigChange(
            path: victim.folder + "/a.yaml",
            replacement: .file(victim.folder + "/b.yaml")
        )
        let fault = ChaosFault(
            name: "config",
            atSeconds: 0,
            action: .config(change, pidFile: victim.pidFile)
        )
        var injector = ChaosInjector([fault])
        _ = try injector.begin(0)
        try victim.write("a.yaml", "three\n")
        #expect(throws: ChaosError.self) { try injector.end(0) }
        #expect(try victim.read("a.yaml") == "three\n")
    }

    @Test func aCancelledTimelineUndoesWhatStands() async throws {
        let victim = try Victim()
        let fault = ChaosFault(name: "freeze", atSeconds: 0, action: .stop(pidFile: victim.pidFile))
        let timeline = Task {
            await ChaosTimeline([fault]).run(from: .now) { _ in }
        }
        #expect(try await victim.waitForState { $0 == "T" })
        timeline.cancel()
        let events = await timeline.value
        #expect(events.map(\.isBeginning) == [true, false])
        #expect(events.allSatisfy { !$0.hasFailed })
        #expect(try await victim.waitForState { $0 != "T" && $0 != nil })
    }

    @Test func momentsAreInOrderAndEndsComeFirst() {
        let action = ChaosFault.Action.stop(pidFile: "pid")
        let timeline = ChaosTimeline([
            ChaosFault(name: "b", atSeconds: 5, forSeconds: 1, action: action),
            ChaosFault(name: "a", atSeconds: 2, forSeconds: 3, action: action),
            ChaosFault(name: "c", atSeconds: 9, action: action),
        ])
        #expect(timeline.moments.map(\.fault) == [1, 1, 0, 0, 2])
        #expect(timeline.moments.map(\.atSeconds) == [2, 5, 5, 6, 9])
    }

    @Test(arguments: [
        (5.0, [true, true, true, true, true, false, true, true, true], 1.0),
        (5.2, [true, true, true, true, true, false, true, true, true], 0.8),
        (2, [true, true, true, true, true], 0),
        (2, [true, true, true, false, true, true, false, true, true, true], 5),
    ])
    func recoveryNeedsThreeGoodSeconds(_ end: Double, _ isGood: [Bool], _ expected: Double) throws {
        let seconds = try #require(Recovery.seconds(after: end, isGood))
        #expect(abs(seconds - expected) < 1e-9)
    }

    @Test func aRunThatEndsTooSoonShowsNoRecovery() {
        #expect(Recovery.seconds(after: 2, [true, true, true, true]) == nil)
        #expect(Recovery.seconds(after: 9, [true]) == nil)
        #expect(Recovery.seconds(after: 0, []) == nil)
    }

    @Test(arguments: [
        "recover(freeze) < 5s", #"recover("a") < 5"#, #"recover("a") < 5%"#, "recover < 5s",
    ])
    func assertionsAboutNoFaultAreRefused(_ text: String) {
        #expect(throws: AssertionError.self) { try Assertion(text) }
    }

    @Test func faultsAreReadWithTheirPlaces() throws {
        let faults = try Self.scenario(
            """
            - {at: 5s, for: 2s, fault: stop, pid_file: gateway.pid}
            - {at: 9s, fault: kill_worker, pid_file: /run/gateway.pid, name: crash}
            - {at: 12s, fault: config, pid_file: p, config: c.yaml, find: a, replace: b}
            - {at: 15s, for: 3s, fault: snapshot, store: snapshots, snapshot: previous}
            - {at: 19s, for: 3s, fault: damaged_snapshot, store: snapshots}
            """
        ).chaos
        #expect(faults.map(\.name) == ["stop", "crash", "config", "snapshot", "damaged_snapshot"])
        #expect(faults.map(\.forSeconds) == [2, nil, nil, 3, 3])
        #expect(faults[1].action == .killWorker(pidFile: "/run/gateway.pid"))
    }

    @Test(arguments: [
        ("- {at: 5s, fault: freeze, pid_file: p}", "one of"),
        ("- {at: 5s, fault: stop}", "pid_file"),
        ("- {at: 5s, for: 1s, fault: kill, pid_file: p}", "over at once"),
        ("- {at: 5s, fault: config, pid_file: p, config: c}", "either `with`"),
        ("- {at: 5s, fault: snapshot, store: s, pid_file: p, snapshot: i}", "pid_file"),
        ("- {at: 5s, fault: damaged_snapshot}", "store"),
        (
            "- {at: 1s, fault: stop, pid_file: p}\n- {at: 2s, fault: stop, pid_file: p}",
            "two faults"
        ),
    ])
    func mistakesAreTold(_ chaos: String, _ message: String) {
        do {
            _ = try Self.scenario(chaos)
            Issue.record("\(chaos) was accepted")
        } catch {
            let text = "\(DiagnosticRenderer.text(error.diagnostics, color: false))"
            #expect(text.contains(message), "\(text)")
        }
    }

    private static func scenario(_ chaos: String) throws(DiagnosticReport) -> Scenario {
        let lines = chaos.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        let text = "requests:\n  - {kind: http}\nchaos:\n\(lines)\n"
        return try Scenario.load(try YAMLFile(name: "s.yaml", bytes: Array(text.utf8)))
    }
}
