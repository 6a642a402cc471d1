// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import Traffic

struct QueueAdmissionTests {
    /// A queue before so many threads, whose calls take two milliseconds.
    private func law(threads: Int) -> QueueAdmission {
        let law = QueueAdmission(settings: OverloadSettings(), parallelism: threads)
        law.executed(nanoseconds: 2 * millisecond)
        return law
    }

    @Test(
        arguments: [
            (1, 0, 0), (1, 1, 2), (1, 5, 10), (2, 1, 0), (2, 2, 1), (2, 5, 4), (4, 3, 0), (4, 7, 2),
        ] as [(Int, Int, UInt64)]
    )
    func predictsTheWait(threads: Int, ahead: Int, milliseconds: UInt64) {
        #expect(
            law(threads: threads).predictedWaitNanoseconds(ahead: ahead) == milliseconds
                * millisecond
        )
    }

    @Test(
        arguments: [(0, 1, true), (1, 4, true), (1, 3, false), (5, 12, true), (5, 11, false)]
            as [(Int, UInt64, Bool)]
    )
    func refusesWhatCouldNotBeInTime(ahead: Int, remaining: UInt64, isAdmitted: Bool) {
        let now = 100 * second
        let deadline = now + remaining * millisecond
        #expect(law(threads: 1).admits(ahead: ahead, deadline: deadline, now: now) == isAdmitted)
    }

    @Test func aThreadLeavesWhatCannotBeInTime() {
        let now = 100 * second
        let law = law(threads: 1)
        let queuedAt = now - 6 * millisecond
        #expect(law.admitsExecution(queuedAt: queuedAt, deadline: now + 3 * millisecond, now: now))
        #expect(!law.admitsExecution(queuedAt: queuedAt, deadline: now + millisecond, now: now))
        // One that did not wait is the breaker's to judge, or nobody ever would.
        #expect(law.admitsExecution(queuedAt: now, deadline: now + millisecond, now: now))
    }

    @Test func aCallAnEmptyQueueTakesIsNeverRefused() {
        let law = law(threads: 2)
        for _ in 0..<100 { law.executed(nanoseconds: 10 * second) }
        #expect(law.admits(ahead: 1, deadline: 101 * second, now: 100 * second))
        #expect(!law.admits(ahead: 2, deadline: 101 * second, now: 100 * second))
    }

    // MARK: Closed simulation

    /// Calls of 2 ms before two threads; each must have ended 38 ms after it came.
    @Test(arguments: [0.5, 1, 2, 5, 10])
    func goodputHoldsWhateverArrives(load: Double) {
        var simulation = PoolSimulation(load: load)
        simulation.run()
        #expect(simulation.goodput >= 0.9 * min(load, 1), "load \(load): \(simulation.goodput)")
        #expect(simulation.lateCount == 0, "load \(load)")
    }
}

/// Threads that take calls from a queue: the oldest, or the newest while the law says so.
private struct PoolSimulation {
    let load: Double
    private(set) var goodput = 0.0
    private(set) var lateCount = 0

    private static let threads = 2
    private static let service = 2 * millisecond
    private static let budget = 38 * millisecond
    private static let duration = 4 * second

    init(load: Double) { self.load = load }

    mutating func run() {
        var random = SeededGenerator(seed: 7)
        let law = QueueAdmission(settings: OverloadSettings(), parallelism: Self.threads)
        var free = [UInt64](repeating: 0, count: Self.threads)
        var queue: [UInt64] = []
        var goodCount = 0
        var now = 100 * second
        let end = now + Self.duration
        while now < end {
            for thread in free.indices {
                while free[thread] <= now, let arrival = take(&queue, law) {
                    let start = max(free[thread], arrival)
                    let deadline = arrival + Self.budget
                    guard law.admitsExecution(queuedAt: arrival, deadline: deadline, now: start)
                    else { continue }
                    free[thread] = start + Self.service
                    law.executed(nanoseconds: Self.service)
                    if free[thread] <= deadline { goodCount += 1 } else { lateCount += 1 }
                }
            }
            let ahead = queue.count + free.count { $0 > now }
            if law.admits(ahead: ahead, deadline: now + Self.budget, now: now) { queue.append(now) }
            now += gap(&random)
        }
        goodput =
            Double(goodCount) * Double(Self.service)
            / Double(Self.duration) / Double(Self.threads)
    }

    private func take(_ queue: inout [UInt64], _ law: QueueAdmission) -> UInt64? {
        guard !queue.isEmpty else { return nil }
        return law.isOverloaded ? queue.removeLast() : queue.removeFirst()
    }

    private func gap(_ random: inout SeededGenerator) -> UInt64 {
        let mean = Double(Self.service) / Double(Self.threads) / load
        return UInt64(-log(Double.random(in: 1e-12..<1, using: &random)) * mean) + 1
    }
}
