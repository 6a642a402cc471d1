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

guard CommandLine.arguments.count == 2, let range = SeedRange(CommandLine.arguments[1]) else {
    fail("usage: simulate SEED or FIRST..LAST, such as simulate 12345 or simulate 1..5000", exitCode: 64)
}
let isOneSeed = range.seeds.count == 1
let summary = SimulationRunner.run(range, threads: isOneSeed ? 1 : threadCount) { outcome in
    if isOneSeed || outcome.violation != nil { print(outcome.report) }
}
for error in summary.errors { fail("the simulation could not be set up: \(error)", exitCode: 1) }
print("\(summary.runCount) runs, \(summary.replyCount) replies, \(summary.failures.count) failures")
if !isOneSeed {
    print("runs with replies of: " + summary.sights.sorted { $0.key < $1.key }
        .map { "\($0.key) \($0.value)" }.joined(separator: ", "))
}
exit(summary.failures.isEmpty ? 0 : 1)
