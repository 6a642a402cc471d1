// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

/// Long random histories on a virtual clock; a failure names its seed.
struct CircuitBreakerPropertyTests {
    static let seeds: [UInt64] = Array(100..<112)

    @Test(arguments: seeds)
    func opensExactlyWhenAPlainListOfResultsSaysSo(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let failurePercent = Int.random(in: 10...60, using: &random)
        let slowPercent = Int.random(in: 10...40, using: &random)
        let pauseMax = UInt64.random(in: 1...9_000, using: &random)
        var harness = try BreakerHarness(seed: seed)
        var list = ResultList(settings: harness.breaker.settings)
        for step in 0..<400 {
            harness.clock.advance(milliseconds: .random(in: 0...pauseMax, using: &random))
            let draw = Int.random(in: 0..<100, using: &random)
            let outcome: CallOutcome =
                draw < failurePercent
                ? .failure
                : draw < failurePercent + slowPercent ? .slow : draw < 95 ? .success : .ignored
            let opens = list.add(outcome, now: harness.clock.now)
            let effect = harness.call(outcome)
            #expect((effect == .opened) == opens, "seed \(seed), step \(step)")
            if opens { return }
        }
    }

    @Test(arguments: seeds)
    func trialsStayBoundedAndNoHistoryLocksItUp(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var harness = try BreakerHarness(seed: seed)
        var held: [Permit] = []
        for _ in 0..<1_000 {
            step(&harness, &held, &random)
            let status = harness.status
            #expect(status.trialsInFlight <= 2, "seed \(seed)")
            let trials = held.count { $0.lease.epoch == status.epoch }
            let isSound = status.trialsInFlight <= trials || status.state != .halfOpen
            #expect(isSound, "seed \(seed): a trial is in flight that nobody holds")
            if status.state == .open {
                #expect(status.remainingNanoseconds.map { $0 <= 301 * second } == true)
            }
        }
        try recovers(&harness, seed: seed)
    }

    /// Whatever happened, five minutes and some good calls later all traffic is back.
    private func recovers(_ harness: inout BreakerHarness, seed: UInt64) throws {
        for _ in 0..<2 {
            harness.clock.advance(seconds: 301)
            harness.call(.ignored)
        }
        harness.recover()
        #expect(harness.state == .closed, "seed \(seed)")
        #expect(harness.call(.success) == .counted, "seed \(seed)")
        #expect(harness.status.inFlightCount == 0, "seed \(seed)")
    }

    private func step(
        _ harness: inout BreakerHarness,
        _ held: inout [Permit],
        _ random: inout SeededGenerator
    ) {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...3:
            let wasOpen = harness.state == .open
            guard let permit = harness.permit() else { return }
            #expect(!wasOpen)
            held.append(permit)
        case 4...6:
            guard let index = held.indices.randomElement(using: &random) else { return }
            let outcome = CallOutcome.allCases.randomElement(using: &random) ?? .failure
            harness.finish(held.remove(at: index), outcome)
        case 7: harness.breaker.expire(now: harness.clock.now)
        case 8: harness.clock.advance(milliseconds: .random(in: 0...40, using: &random))
        default:
            let isLong = Int.random(in: 0..<20, using: &random) == 0
            harness.clock.advance(
                milliseconds: .random(in: 0...(isLong ? 20_000 : 200), using: &random)
            )
        }
    }

    @Test(arguments: seeds)
    func onlyTheEpochsOwnResultsMoveIt(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var harness = try BreakerHarness(seed: seed)
        let stale = try (0..<200).map { _ in try #require(harness.permit()) }
        harness.open()
        for permit in stale {
            harness.clock.now += UInt64.random(in: 0...20_000, using: &random)
            let before = harness.status
            harness.finish(permit, CallOutcome.allCases.randomElement(using: &random) ?? .failure)
            #expect(harness.status.epoch == before.epoch, "seed \(seed)")
            #expect(harness.status.window == before.window, "seed \(seed)")
        }
    }
}

/// The breaker's rules over a list that forgets nothing.
private struct ResultList {
    let settings: BreakerSettings
    private var results: [(outcome: CallOutcome, now: UInt64)] = []

    init(settings: BreakerSettings) { self.settings = settings }

    mutating func add(_ outcome: CallOutcome, now: UInt64) -> Bool {
        guard outcome != .ignored else { return false }
        results.append((outcome, now))
        return failsInARow(now: now) || exceedsARate(now: now)
    }

    private func failsInARow(now: UInt64) -> Bool {
        let last = results.suffix(5)
        return last.count == 5 && last.allSatisfy { $0.outcome == .failure }
            && now - (last.first?.now ?? 0) <= 30 * second
    }

    private func exceedsARate(now: UInt64) -> Bool {
        let recent = results.filter { now / second - $0.now / second < 10 }
        let failed = recent.count { $0.outcome == .failure }
        let slow = recent.count { $0.outcome == .slow }
        return recent.count >= 20
            && (failed * 2 >= recent.count || (failed + slow) * 5 >= recent.count * 4)
    }
}
