// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization
import Testing

@testable import Traffic

/// The same breaker under real threads.
struct CircuitBreakerThreadTests {
    static let threadCount = 4

    @Test func countsEveryResultOnce() throws {
        let harness = try BreakerHarness()
        let breaker = harness.breaker
        let now = harness.clock.now
        DispatchQueue.concurrentPerform(iterations: Self.threadCount) { _ in
            for _ in 0..<1_000 {
                guard case .permit(let permit) = breaker.acquire(now: now, deadline: now + second)
                else { continue }
                breaker.record(permit, .success, durationNanoseconds: 1, now: now)
            }
        }
        #expect(harness.status.window == WindowCounts(total: 4_000))
        #expect(harness.status.inFlightCount == 0)
        #expect(harness.status.untrackedTotal == 0)
    }

    @Test func neverLetsMoreThanTwoTrialsThrough() throws {
        var harness = try BreakerHarness()
        harness.open()
        harness.waitUntilHalfOpen()
        let breaker = harness.breaker
        let now = harness.clock.now
        let inFlight = Atomic(0)
        let most = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: Self.threadCount) { _ in
            for _ in 0..<5_000 {
                guard case .permit(let permit) = breaker.acquire(now: now, deadline: now + second)
                else { continue }
                let current = inFlight.add(1, ordering: .sequentiallyConsistent).newValue
                most.max(current, ordering: .sequentiallyConsistent)
                inFlight.subtract(1, ordering: .sequentiallyConsistent)
                breaker.record(permit, .ignored, durationNanoseconds: 1, now: now)
            }
        }
        #expect(most.load(ordering: .relaxed) <= 2)
        #expect(harness.state == .halfOpen)
        #expect(harness.status.trialsInFlight == 0)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func survivesAStormOfEverything(seed: UInt64) throws {
        var harness = try BreakerHarness(seed: seed)
        let breaker = harness.breaker
        let time = Atomic(harness.clock.now)
        DispatchQueue.concurrentPerform(iterations: Self.threadCount) { thread in
            var random = SeededGenerator(seed: seed * 100 + UInt64(thread))
            for _ in 0..<5_000 {
                let now = time.add(random.next() % (4 * millisecond), ordering: .relaxed).newValue
                let decision = breaker.acquire(now: now, deadline: now + 20 * millisecond)
                guard case .permit(let permit) = decision, random.next() % 50 > 0 else { continue }
                let outcome = CallOutcome.allCases.randomElement(using: &random) ?? .failure
                let end = time.add(random.next() % (4 * millisecond), ordering: .relaxed).newValue
                breaker.record(permit, outcome, durationNanoseconds: 1, now: end)
            }
        }
        harness.clock.now = time.load(ordering: .relaxed)
        for _ in 0..<3 {
            harness.clock.advance(seconds: 301)
            harness.call(.ignored)
        }
        harness.recover()
        #expect(harness.state == .closed, "seed \(seed)")
        #expect(harness.status.inFlightCount == 0, "seed \(seed)")
        #expect(harness.status.openedTotal > 0, "seed \(seed)")
    }
}
