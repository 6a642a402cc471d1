// SPDX-License-Identifier: Apache-2.0
import Foundation
import Simulation
import TestSupport
import Testing

/// The executable behind `make simulate`.
struct SimulateCommandTests {
    private struct Ended {
        let exitCode: Int32
        let output: String
        let errors: String
    }

    private func simulate(_ arguments: [String]) throws -> Ended {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try BuiltPlugin.executable("simulate"))
        process.arguments = arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Ended(
            exitCode: process.terminationStatus,
            output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: complaint, as: UTF8.self)
        )
    }

    @Test func aSeedTakesTheSameStepsInAnotherProcess() throws {
        let here = try Simulation.run(seed: 42, on: Stage())
        let there = try simulate(["42"])
        #expect(there.exitCode == 0)
        #expect(there.output.hasPrefix(here.report + "\n"))
    }

    @Test func aFailureTellsHowToReplayIt() throws {
        let ended = try simulate(["1..20", "replyIsDoubled"])
        #expect(ended.exitCode == 1)
        #expect(ended.output.contains("breaks answeredExactlyOnce"))
        #expect(ended.output.contains("replay: make simulate SEEDS="))
        #expect(ended.output.contains("BUG=replyIsDoubled"))
    }

    @Test(arguments: [[], ["x"], ["5..1"], ["1", "noSuchBug"], ["1", "replyIsLate", "more"]])
    func badArgumentsAreExplained(_ arguments: [String]) throws {
        let ended = try simulate(arguments)
        #expect(ended.exitCode == 64)
        #expect(ended.errors.hasPrefix("usage: simulate SEEDS [BUG]"))
    }
}
