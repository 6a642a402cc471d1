// SPDX-License-Identifier: Apache-2.0
import Foundation
import Simulation

// Runs the simulation for the seeds of its argument: `simulate 12345`, `simulate 1..5000`.

/// Cores a run of many seeds may use.
let threadCount = ProcessInfo.processInfo.activeProcessorCount

func fail(_ message: String, exitCode: Int32) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(exitCode)
}

let usage = """
    usage: simulate SEEDS [BUG]
      SEEDS  one seed or a range: 12345, 1..5000
      BUG    a faulty part to put in, to see it found: \
    \(DeliberateBug.allCases.map(\.rawValue).joined(separator: ", "))
    """

func arguments() -> (SeedRange, DeliberateBug?)? {
    let words = CommandLine.arguments.dropFirst()
    guard (1...2).contains(words.count), let range = words.first.flatMap(SeedRange.init) else {
        return nil
    }
    guard words.count == 2 else { return (range, nil) }
    return DeliberateBug(rawValue: words[2]).map { (range, $0) }
}

guard let (range, bug) = arguments() else { fail(usage, exitCode: 64) }
let isOneSeed = range.seeds.count == 1
let summary = SimulationRunner.run(range, threads: isOneSeed ? 1 : threadCount, bug: bug) {
    if isOneSeed || $0.violation != nil { print($0.report) }
}
for error in summary.errors { fail("the simulation could not be set up: \(error)", exitCode: 1) }
print(summary)
exit(summary.failures.isEmpty ? 0 : 1)
