// SPDX-License-Identifier: Apache-2.0
import Foundation
import FoundationNetworking
import TestSupport
import Testing

/// The command as a person runs it: its exit codes, where it writes, Ctrl-C.
struct CommandTests {
    struct Ended {
        let status: Int32
        let output: String
        let errors: String
    }

    @Test(arguments: [
        ["run"], ["run", "--url", "127.0.0.1"],
        ["run", "--url", "http://127.0.0.1", "--rate", "0"],
        ["run", "--url", "http://127.0.0.1", "--concurrency", "2", "--rate", "5"],
        ["run", "--url", "http://127.0.0.1", "--header", "none"],
        ["run", "--url", "http://127.0.0.1", "--phase", "rate: 5"],
        ["run", "--url", "http://127.0.0.1", "--phase", "rate: 5, duration: 1s", "--rate", "5"],
        ["run", "--url", "http://127.0.0.1", "--arrivals", "gamma(-1)"],
        ["run", "--url", "http://127.0.0.1", "--assert", "p99 < 1ms"],
        ["run", "--scenario", "s.yaml", "--body", "x"],
        ["search", "--url", "http://127.0.0.1"],
        ["search", "--url", "http://127.0.0.1", "--assert", "goodput > 5"],
        ["search", "--url", "http://127.0.0.1", "--assert", "shed < 1%", "--rate", "5"],
        ["search", "--url", "http://127.0.0.1", "--assert", "scheduled.p99 < 1ms", "--from", "5"],
        ["search", "--url", "http://192.0.2.1", "--assert", "shed < 1%"],
        ["search", "--url", "http://127.0.0.1", "--probe", "5s"],
        ["compare", "one"], ["compare", "one", "http://127.0.0.1"],
        ["compare", "one", "two", "--rate", "5"],
        ["compare", "http://127.0.0.1", "http://192.0.2.1"],
    ])
    func aWrongCommandLineIsRefused(_ arguments: [String]) throws {
        #expect(try Self.run(arguments).status == 64)
    }

    @Test func onlyThisMachineIsATarget() throws {
        let ended = try Self.run(["run", "--url", "http://192.0.2.1/"])
        #expect(ended.status == 64)
        #expect(ended.errors.contains("--allow-remote"))
    }

    @Test func aWrongScenarioIsToldWithItsPlace() throws {
        let path = NSTemporaryDirectory() + "scenario-\(UUID()).yaml"
        try Data("requests:\n  - {kind: prize}\n".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let ended = try Self.run(["run", "--scenario", path])
        #expect(ended.status == 78)
        #expect(ended.errors.contains(":2:12") && ended.errors.contains("did you mean `price`"))
    }

    @Test func aWrongAssertionIsToldWithItsPlace() throws {
        let ended = try Self.run(["run", "--url", "http://127.0.0.1", "--assert", "slow.p99 < 1s"])
        #expect(ended.status == 64 && ended.errors.contains("^^^^"), "\(ended.errors)")
    }

    @Test func aRunWithoutAnswersIsNotValid() throws {
        let port = try UnusedPort()
        let url = "http://127.0.0.1:\(port.number)/"
        let ended = try Self.run(["run", "--url", url, "--duration", "300ms", "--json"])
        #expect(ended.status == 98)
        let report = try #require(
            try JSONSerialization.jsonObject(with: Data(ended.output.utf8)) as? [String: Any]
        )
        let judgement = report["judgement"] as? [String: String]
        #expect(judgement?["verdict"] == "TOO_FEW_SAMPLES")
        #expect((report["failures"] as? [String: Int])?["refused"] ?? 0 > 0)
    }

    @Test func aMissedObjectiveHasItsOwnExitCode() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let url = "http://127.0.0.1:\(server.port)/"
        let ended = try Self.run([
            "run", "--url", url, "--concurrency", "4", "--duration", "2s", "--assert", "shed > 50%",
        ])
        try await server.stop()
        // A machine too busy for 2,000 answers in two seconds makes the run invalid instead.
        #expect(ended.status == 99 || ended.output.contains("TOO_FEW_SAMPLES"))
        #expect(ended.errors.contains("assertion missed: shed > 50%: it is 0.00 %"))
    }

    @Test func anOldRunIsJudgedAnew() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let folder = NSTemporaryDirectory() + "run-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let ended = try Self.run([
            "run", "--url", "http://127.0.0.1:\(server.port)/", "--rate", "200", "--duration", "1s",
            "--out", folder, "--quiet",
        ])
        try await server.stop()
        #expect(ended.status == 98 && ended.errors.isEmpty, "\(ended.errors)")
        for name in [
            "run.json", "run.hlog", "report.html", "report.json", "junit.xml", "seconds.csv",
        ] {
            #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)")
        }
        let again = try Self.run(["report", folder, "--assert", "samples > 100000"])
        #expect(again.output.contains(ended.output.split(separator: "MISSED")[0].prefix(200)))
        #expect(again.output.contains("MISSED samples > 100000"))
        #expect(again.errors.contains("assertion missed"))
        #expect(try Self.run(["report", folder + "x"]).status == 1)
        #expect(try Self.run(["report", folder, "--assert", "samples > x"]).status == 64)
    }

    @Test func runsOfSeveralProcessesAddUp() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let folder = NSTemporaryDirectory() + "runs-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for seed in ["1", "2"] {
            let arguments = ["run", "--url", "http://127.0.0.1:\(server.port)/", "--rate", "200"]
            _ = try Self.run(
                arguments + ["--duration", "1s", "--quiet", "--seed", seed, "--out", folder + seed]
            )
        }
        try await server.stop()
        let runs = ["1", "2"].map { folder + $0 }
        defer { for run in runs { try? FileManager.default.removeItem(atPath: run) } }
        let counts = try [[runs[0]], [runs[1]], runs].map { folders in
            let report = try Self.run(["report", "--json"] + folders)
            let fields = try JSONSerialization.jsonObject(with: Data(report.output.utf8))
            return (fields as? [String: Any])?["due"] as? Int ?? 0
        }
        #expect(counts[0] > 100 && counts[0] + counts[1] == counts[2], "\(counts)")
        let same = try Self.run(["report", runs[0], runs[0]])
        #expect(same.status == 1 && same.errors.contains("the same arrivals"))
    }

    /// The load tester itself stands still for a while: its numbers say nothing of the server.
    @Test func aStarvedGeneratorClaimsNothing() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: try BuiltPlugin.executable("loadtest"))
        process.arguments = [
            "run", "--url", "http://127.0.0.1:\(server.port)/", "--rate", "1000", "--duration",
            "6s", "--busy-poll", "0s",
        ]
        process.standardOutput = output
        try process.start()
        while server.connectionCount < 64 { try await Task.sleep(for: .milliseconds(20)) }
        try await Task.sleep(for: .milliseconds(800))
        kill(process.processIdentifier, SIGSTOP)
        try await Task.sleep(for: .milliseconds(1_500))
        kill(process.processIdentifier, SIGCONT)
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try await server.stop()
        let text = String(decoding: data, as: UTF8.self)
        #expect(process.terminationStatus == 98)
        #expect(text.contains("GENERATOR_LIMITED") && text.contains("no throughput is claimed"))
    }

    @Test func aBrowserSeesTheRun() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let (process, errors) = (Process(), Pipe())
        process.executableURL = URL(filePath: try BuiltPlugin.executable("loadtest"))
        process.arguments = [
            "run", "--url", "http://127.0.0.1:\(server.port)/", "--duration", "600s", "--rate",
            "50",
            "--serve", "0", "--quiet",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.start()
        var said = ""
        while !said.contains("/\n") {
            said += String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
        }
        let url = try #require(said.firstMatch(of: /http:\S+/).flatMap { URL(string: "\($0.0)") })
        var page = ""
        while !page.contains("of 600 s · answered") || page.contains("answered 0 ") {
            let (data, _) = try await URLSession.shared.data(from: url)
            page = String(decoding: data, as: UTF8.self)
            try await Task.sleep(for: .milliseconds(100))
        }
        kill(process.processIdentifier, SIGINT)
        process.waitUntilExit()
        try await server.stop()
        #expect(process.terminationStatus == 130)
    }

    @Test func ctrlCStillWritesTheReport() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: try BuiltPlugin.executable("loadtest"))
        process.arguments = [
            "run", "--url", "http://127.0.0.1:\(server.port)/", "--duration", "600s", "--rate",
            "50",
        ]
        process.standardOutput = output
        try process.start()
        // The handler is in place before the first connection is made.
        while server.connectionCount == 0 { try await Task.sleep(for: .milliseconds(20)) }
        process.interrupt()
        let text = String(
            decoding: try output.fileHandleForReading.readToEnd() ?? Data(),
            as: UTF8.self
        )
        process.waitUntilExit()
        try await server.stop()
        #expect(process.terminationStatus == 130)
        #expect(text.contains("stopped before its time"))
    }

    /// However few descriptors there are, the run ends with a report or an error, not with a crash.
    @Test func descriptorsRunOut() async throws {
        let server = try await StubServer(.reply(StubServer.good))
        let url = "http://127.0.0.1:\(server.port)/"
        var causes = Set<String>()
        for limit in [10, 12, 14, 18] {
            let ended = try Self.run(
                ["run", "--url", url, "--rate", "100", "--duration", "200ms", "--json"],
                descriptors: limit
            )
            #expect([1, 98].contains(ended.status), "\(limit): \(ended.status) \(ended.errors)")
            let report = try? JSONSerialization.jsonObject(with: Data(ended.output.utf8))
            let failures = (report as? [String: Any])?["failures"] as? [String: Int] ?? [:]
            causes.formUnion(failures.keys)
        }
        try await server.stop()
        #expect(causes.contains("out_of_descriptors"), "\(causes)")
    }

    private static func run(_ arguments: [String], descriptors: Int) throws -> Ended {
        let command = "ulimit -n \(descriptors); exec \"$0\" \"$@\""
        let loadtest = try BuiltPlugin.executable("loadtest")
        return try run(["-c", command, loadtest] + arguments, program: "/bin/sh")
    }

    private static func run(_ arguments: [String], program: String? = nil) throws -> Ended {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: try program ?? BuiltPlugin.executable("loadtest"))
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = errors
        try process.start()
        // Both are a few lines, far less than a pipe holds.
        let texts = try [output, errors].map {
            String(decoding: try $0.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        }
        process.waitUntilExit()
        return Ended(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }
}
