// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Synchronization

/// Runs many seeds on a few threads, each with a stage of its own.
package enum SimulationRunner {
    /// What many runs came to.
    package struct Summary: Sendable {
        /// Runs that ended.
        package var runCount = 0
        /// Replies that were checked.
        package var replyCount = 0
        /// In how many runs replies of each status, rung and reason were seen.
        package var sights: [String: Int] = [:]
        /// Runs in which an invariant did not hold, the lowest seed first.
        package var failures: [Simulation.Outcome] = []
        /// Runs that could not be set up.
        package var errors: [String] = []
    }

    /// Failures after which no further seed is begun: the first few tell enough.
    private static let failuresMax = 3

    /// Runs every seed of a range.
    ///
    /// `onOutcome` is called on any of the threads.
    package static func run(
        _ range: SeedRange,
        threads: Int,
        bug: DeliberateBug? = nil,
        onOutcome: @Sendable (Simulation.Outcome) -> Void = { _ in }
    ) -> Summary {
        let next = Atomic<UInt64>(range.seeds.lowerBound)
        let summary = Mutex(Summary())
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            do {
                let stage = try Stage()
                while let seed = take(from: next, upTo: range.seeds.upperBound),
                    summary.withLock({ $0.failures.count < failuresMax })
                {
                    let outcome = try Simulation.run(seed: seed, on: stage, bug: bug)
                    onOutcome(outcome)
                    summary.withLock { $0.add(outcome) }
                }
            } catch {
                summary.withLock { $0.errors.append("\(error)") }
            }
        }
        return summary.withLock { summary in
            summary.failures.sort { $0.seed < $1.seed }
            return summary
        }
    }

    /// The next seed nobody has begun.
    private static func take(from next: borrowing Atomic<UInt64>, upTo last: UInt64) -> UInt64? {
        var seed = next.load(ordering: .relaxed)
        while seed <= last {
            let (exchanged, original) = next.compareExchange(
                expected: seed,
                desired: seed + 1,
                ordering: .relaxed
            )
            if exchanged { return seed }
            seed = original
        }
        return nil
    }
}

extension SimulationRunner.Summary: CustomStringConvertible {
    /// Counts, and what the replies were; three lines at most.
    package var description: String {
        let seen = sights.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return """
            \(runCount) runs, \(replyCount) replies, \(failures.count) failures
            runs with replies of: \(seen.joined(separator: ", "))
            """
    }

    fileprivate mutating func add(_ outcome: Simulation.Outcome) {
        runCount += 1
        replyCount += outcome.replyCount
        for sight in outcome.sights { sights[sight, default: 0] += 1 }
        if outcome.violation != nil { failures.append(outcome) }
    }
}
