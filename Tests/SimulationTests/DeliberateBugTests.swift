// SPDX-License-Identifier: Apache-2.0
import Simulation
import Testing

/// The checks are worth what they find: each faulty part, put in on purpose, has to be noticed.
struct DeliberateBugTests {
    /// Seeds tried for each bug: some show only with certain faults.
    private static let seeds: ClosedRange<UInt64> = 1...800

    @Test(arguments: DeliberateBug.allCases)
    func isNoticed(_ bug: DeliberateBug) throws {
        let stage = try Stage()
        for seed in Self.seeds {
            let outcome = try Simulation.run(seed: seed, on: stage, bug: bug)
            // Another invariant may notice first: a reply lost on a client that left is still counted.
            guard let violation = outcome.violation, violation.invariant == bug.expected else {
                continue
            }
            #expect(!violation.steps.isEmpty)
            return
        }
        Issue.record("no seed noticed \(bug) by \(bug.expected)")
    }
}
