// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@testable import PluginHost

@Suite struct PluginCheckTests {
    @Test func tutorialPluginConforms() throws {
        let results = PluginCheck.run(path: try BuiltPlugin.path("MinimalCPlugin"))
        #expect(results.failures == [])
        #expect(
            results.contains {
                $0.name.hasSuffix("missing columns") && $0.text == "needs list_price"
            }
        )
        #expect(results.contains { $0.name.hasSuffix("no growth") })
    }

    @Test(arguments: [
        ("set twice", "setTwice"), ("incomplete", "incomplete"), ("refuses all", "UNAVAILABLE"),
        ("load fails", "no such rule"), ("bind fails", "list_price"),
    ])
    func findsWhatIsWrong(behaviour: String, text: String) throws {
        let results = PluginCheck.run(path: try Fixture.path(), settingsJSON: behaviour)
        #expect(results.contains { $0.outcome == .fail && $0.text.contains(text) }, "\(results)")
    }

    /// In a process of its own: other tests give memory back while they run.
    @Test func findsALeak() throws {
        let path = try Fixture.path()
        let child = PluginCheck.ChildCommand(
            executable: try BuiltPlugin.executable("plugin-checkee"),
            arguments: [path, "leak"]
        )
        let results = PluginCheck.run(path: path, child: child)
        #expect(results.filter { $0.outcome == .fail }.map(\.name) == ["fixture: no growth"])
    }

    /// In a process of its own, as other tests take memory while they run.
    @Test func checksPooledHandlersInAPool() throws {
        let path = try Fixture.path("EXECUTION=SLUICE_EXECUTION_POOLED")
        let child = PluginCheck.ChildCommand(
            executable: try BuiltPlugin.executable("plugin-checkee"),
            arguments: [path, "completes early"]
        )
        let results = PluginCheck.run(path: path, child: child)
        #expect(results.failures == [])
    }

    @Test(arguments: [
        ("TWO_EXPORTS", "exports", "sluice_extra"),
        ("UNDEFINED", "undefined symbols", "sluice_elsewhere"),
        ("NO_NOTE", "note", "no .note.sluice"),
    ])
    func badSymbolsFailWithoutLoading(macro: String, name: String, text: String) throws {
        let results = PluginCheck.run(path: try Fixture.path(macro))
        #expect(
            results.contains { $0.name == name && $0.outcome == .fail && $0.text.contains(text) }
        )
        #expect(!results.contains { $0.name == "registration" })
    }

    @Test func namesWhatRanWhenTheChildEnded() throws {
        let passed = CheckResult("registration", .pass, "fine")
        let script = try childScript([
            .started("registration"), .result(passed), .started("no growth"),
        ])
        let crashed = run(script + "kill -SEGV $$")
        #expect(crashed.first == passed)
        #expect(crashed.last?.name == "no growth")
        #expect(crashed.last?.text.contains("signal 11") == true)
        #expect(run(script + "exit 3").last?.text.contains("exit code 3") == true)
        #expect(run("exit 0").last?.outcome == .fail)
        #expect(run(try childScript([.result(passed), .finished]) + "exit 0") == [passed])
        let missing = PluginCheck.ChildCommand(executable: "/nowhere", arguments: [])
        #expect(CheckProcess(missing).run().map(\.outcome) == [.fail])
    }

    @Test func childHoldsNothingThatTheGatewayHasOpen() throws {
        let connection = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        let script = try childScript([.finished])
        #expect(run("test ! -e /proc/$$/fd/\(connection) || exit 7\n" + script).isEmpty)
    }

    private func childScript(_ events: [CheckEvent]) throws -> String {
        try events.map {
            "echo '" + String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "' >&3\n"
        }.joined()
    }

    private func run(_ script: String) -> [CheckResult] {
        CheckProcess(PluginCheck.ChildCommand(executable: "/bin/sh", arguments: ["-c", script]))
            .run()
    }
}
