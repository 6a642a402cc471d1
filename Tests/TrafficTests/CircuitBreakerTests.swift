// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

/// Scenarios, many of which resilience4j's state machine tests also tell.
struct CircuitBreakerTests {
    // MARK: Closed

    @Test func startsClosed() throws {
        let harness = try BreakerHarness()
        #expect(harness.state == .closed)
        #expect(harness.call(.success) == .counted)
        #expect(harness.status.window == WindowCounts(total: 1))
    }

    @Test func opensAtTheFailureRate() throws {
        let harness = try BreakerHarness()
        for _ in 0..<9 {
            #expect(harness.calls([(.success, 1), (.failure, 1)]) == [.counted, .counted])
        }
        #expect(harness.calls([(.success, 1), (.failure, 1)]) == [.counted, .opened])
        #expect(harness.decide() == .refused(.open))
        #expect(harness.status.openedTotal == 1)
    }

    @Test func staysClosedBelowTheFailureRate() throws {
        let harness = try BreakerHarness()
        for _ in 0..<100 { _ = harness.calls([(.success, 2), (.failure, 1)]) }
        #expect(harness.state == .closed)
    }

    @Test func aSuccessThatMakesTheWindowCountOpensIt() throws {
        let harness = try BreakerHarness()
        for _ in 0..<3 { _ = harness.calls([(.failure, 4), (.success, 1)]) }
        #expect(harness.calls([(.failure, 4)]).allSatisfy { $0 == .counted })
        #expect(harness.call(.success) == .opened)
    }

    @Test func opensAtTheRateOfSlowCalls() throws {
        let harness = try BreakerHarness()
        #expect(harness.calls([(.success, 4), (.slow, 15)]).allSatisfy { $0 == .counted })
        #expect(harness.call(.slow) == .opened)
    }

    @Test func slowAndFailedCallsCountTogether() throws {
        let harness = try BreakerHarness()
        let bad = (0..<4).flatMap { _ in harness.calls([(.slow, 2), (.failure, 2)]) }
        #expect(bad.allSatisfy { $0 == .counted })
        #expect(harness.calls([(.success, 3)]).allSatisfy { $0 == .counted })
        #expect(harness.call(.success) == .opened)
    }

    @Test(arguments: [(20 * millisecond, 0), (20 * millisecond + 1, 1)] as [(UInt64, Int)])
    func aSuccessIsSlowBeyondTheThreshold(duration: UInt64, slow: Int) throws {
        let harness = try BreakerHarness()
        let permit = try #require(harness.permit())
        harness.breaker.record(
            permit,
            .success,
            durationNanoseconds: duration,
            now: harness.clock.now
        )
        #expect(harness.status.window == WindowCounts(total: 1, slow: slow))
    }

    @Test func opensAfterFiveFailuresInARow() throws {
        let harness = try BreakerHarness()
        #expect(harness.calls([(.failure, 4)]).allSatisfy { $0 == .counted })
        #expect(harness.call(.failure) == .opened)
    }

    @Test func aSuccessEndsTheRow() throws {
        let harness = try BreakerHarness()
        _ = harness.calls([(.failure, 4), (.success, 1), (.failure, 4)])
        #expect(harness.state == .closed)
        #expect(harness.status.window.consecutiveFailures == 4)
    }

    @Test(arguments: [(7, 1), (8, 0)] as [(UInt64, UInt64)])
    func theRowMustFallWithinThirtySeconds(gapSeconds: UInt64, openedTotal: UInt64) throws {
        var harness = try BreakerHarness()
        for _ in 0..<5 {
            harness.call(.failure)
            harness.clock.advance(seconds: gapSeconds)
        }
        #expect(harness.status.openedTotal == openedTotal)
    }

    @Test func theWindowForgets() throws {
        var harness = try BreakerHarness()
        for _ in 0..<4 { _ = harness.calls([(.failure, 3), (.success, 1)]) }
        harness.clock.advance(seconds: 10)
        #expect(harness.status.window == WindowCounts())
        #expect(harness.calls([(.success, 20)]).allSatisfy { $0 == .counted })
    }

    @Test func ignoredCallsLeaveNoTrace() throws {
        let harness = try BreakerHarness()
        #expect(harness.calls([(.ignored, 100)]).allSatisfy { $0 == .returned })
        #expect(harness.status.window == WindowCounts())
        #expect(harness.status.inFlightCount == 0)
    }

    // MARK: Open

    @Test func waitsWithDoublingAndJitter() throws {
        for seed in 0..<20 as Range<UInt64> {
            var harness = try BreakerHarness(seed: seed)
            harness.open()
            for limit in [5, 10, 20, 40, 80, 160, 300, 300] as [UInt64] {
                let wait = try #require(harness.status.remainingNanoseconds)
                let range = limit * second / 2...limit * second + 20 * millisecond
                #expect(range.contains(wait), "seed \(seed)")
                harness.waitUntilHalfOpen()
                _ = harness.calls([(.failure, 2)])
                #expect(harness.state == .open)
            }
        }
    }

    @Test func forgivesAnOpeningPerThirtySecondsClosed() throws {
        var harness = try BreakerHarness()
        for openings in 1...4 {
            harness.open()
            #expect(harness.status.openings == openings)
            harness.waitUntilHalfOpen()
            harness.recover()
        }
        #expect(harness.status.openings == 4)
        harness.clock.advance(seconds: 50)
        #expect(harness.status.openings == 2)
        harness.open()
        let wait = try #require(harness.status.remainingNanoseconds)
        #expect((10 * second...20 * second + 20 * millisecond).contains(wait))
        #expect(harness.status.openings == 3)
    }

    @Test func resultsOfCallsFromBeforeAreStale() throws {
        var harness = try BreakerHarness()
        let early = try (0..<6).map { _ in try #require(harness.permit()) }
        harness.open()
        #expect(harness.finish(early[0], .success) == .stale)
        harness.clock.now += harness.status.remainingNanoseconds ?? 0
        let trial = try #require(harness.permit())
        #expect(harness.finish(early[1], .failure) == .stale)
        #expect(harness.state == .halfOpen)
        #expect(harness.finish(trial, .success) == .counted)
    }

    @Test func showsHalfOpenWithoutTraffic() throws {
        var harness = try BreakerHarness()
        harness.open()
        #expect(harness.state == .open)
        harness.waitUntilHalfOpen()
        #expect(harness.state == .halfOpen)
        #expect(harness.status.remainingNanoseconds == nil)
    }

    @Test func opensWhenTold() throws {
        let harness = try BreakerHarness()
        #expect(harness.breaker.trip(now: harness.clock.now) == .opened)
        #expect(harness.decide() == .refused(.open))
        #expect(harness.breaker.trip(now: harness.clock.now) == .stale)
    }

    // MARK: Half-open

    private func halfOpen() throws -> BreakerHarness {
        var harness = try BreakerHarness()
        harness.open()
        harness.waitUntilHalfOpen()
        return harness
    }

    @Test func letsTwoTrialsThroughAtOnce() throws {
        let harness = try halfOpen()
        let first = try #require(harness.permit())
        _ = try #require(harness.permit())
        #expect(harness.decide() == .refused(.halfOpen))
        harness.finish(first, .success)
        #expect(harness.permit() != nil)
        #expect(harness.decide() == .refused(.halfOpen))
    }

    @Test(
        arguments: [
            ([.success, .success, .success, .success, .success], BreakerState.ramping),
            ([.failure, .success, .success, .success, .success], .ramping),
            ([.slow, .slow, .slow, .success, .success], .ramping),
            ([.slow, .slow, .slow, .slow, .success], .open),
            ([.failure, .slow, .slow, .success, .success], .ramping),
            ([.failure, .slow, .slow, .slow, .success], .open),
            ([.failure, .success, .success, .success, .failure], .open),
            ([.success, .success, .success, .success], .halfOpen),
            ([.ignored, .ignored, .ignored, .ignored, .ignored, .ignored], .halfOpen),
        ] as [([CallOutcome], BreakerState)]
    )
    func decidesByItsTrials(outcomes: [CallOutcome], state: BreakerState) throws {
        let harness = try halfOpen()
        for outcome in outcomes { harness.call(outcome) }
        #expect(harness.state == state)
    }

    @Test func toleratesNoFailureAmongFewTrials() throws {
        let settings = try BreakerSettings(slowThresholdNanoseconds: second, trialCount: 4)
        var harness = try BreakerHarness(settings: settings)
        harness.open()
        harness.waitUntilHalfOpen()
        #expect(harness.call(.failure) == .opened)
    }

    @Test func ignoredTrialsReturnTheirPermits() throws {
        let harness = try halfOpen()
        for _ in 0..<50 { #expect(harness.call(.ignored) == .returned) }
        for _ in 0..<4 { #expect(harness.call(.success) == .counted) }
        #expect(harness.call(.success) == .closed)
    }

    @Test func closingStartsAFreshWindow() throws {
        var harness = try halfOpen()
        harness.recover()
        #expect(harness.state == .closed)
        #expect(harness.status.window == WindowCounts())
        #expect(harness.calls([(.failure, 4)]).allSatisfy { $0 == .counted })
        #expect(harness.call(.failure) == .opened)
    }

    @Test func rampsUpAfterClosing() throws {
        var harness = try halfOpen()
        for _ in 0..<5 { harness.call(.success) }
        #expect(harness.state == .ramping)
        #expect(harness.calls([(.success, 400)]).count { $0 != nil } == 100)
        harness.clock.advance(seconds: 6)
        #expect(harness.calls([(.success, 400)]).count { $0 != nil } == 200)
        harness.clock.advance(seconds: 5)
        #expect(harness.state == .closed)
        #expect(harness.calls([(.success, 400)]).count { $0 != nil } == 400)
    }

    // MARK: Hung calls

    @Test func hungCallsCountBeforeTheyEnd() throws {
        var harness = try BreakerHarness()
        let permits = try (0..<5).map { _ in try #require(harness.permit()) }
        harness.clock.advance(milliseconds: 50)
        #expect(harness.breaker.expire(now: harness.clock.now) == 0)
        harness.clock.advance(milliseconds: 2)
        #expect(harness.breaker.expire(now: harness.clock.now) == 5)
        #expect(harness.state == .open)
        #expect(permits.allSatisfy { harness.finish($0, .success) == .stale })
        #expect(harness.status.expiredTotal == 5)
        #expect(harness.status.staleTotal == 5)
    }

    @Test func newCallsNoticeHungOnes() throws {
        var harness = try BreakerHarness()
        for _ in 0..<5 { _ = harness.permit() }
        harness.clock.advance(milliseconds: 100)
        #expect(harness.decide() == .refused(.open))
    }

    @Test func hungTrialsReopen() throws {
        var harness = try halfOpen()
        _ = harness.permit()
        _ = harness.permit()
        harness.clock.advance(milliseconds: 100)
        #expect(harness.decide() == .refused(.open))
        #expect(harness.status.openings == 2)
    }

    @Test func aLateResultIsAFailureEvenUnswept() throws {
        var harness = try BreakerHarness()
        let permit = try #require(harness.permit())
        harness.clock.advance(milliseconds: 60)
        harness.finish(permit, .success)
        #expect(harness.status.window == WindowCounts(total: 1, failed: 1, consecutiveFailures: 1))
    }

    @Test func aPermitCountsOnce() throws {
        let harness = try BreakerHarness()
        let permit = try #require(harness.permit())
        #expect(harness.finish(permit, .failure) == .counted)
        #expect(harness.finish(permit, .failure) == .stale)
        _ = try #require(harness.permit())
        #expect(harness.finish(permit, .failure) == .stale)
        #expect(harness.status.window.failed == 1)
    }

    @Test func moreCallsThanLeasesGoUnwatched() throws {
        let harness = try BreakerHarness()
        let permits = try (0..<1_500).map { _ in try #require(harness.permit()) }
        #expect(harness.status.inFlightCount == 1_024)
        #expect(harness.status.untrackedTotal == 476)
        #expect(permits.allSatisfy { harness.finish($0, .success) == .counted })
        #expect(harness.status.inFlightCount == 0)
    }

    @Test func aTrialWithoutALeaseIsRefused() throws {
        var harness = try BreakerHarness()
        for _ in 0..<1_024 {
            _ = harness.breaker.acquire(now: harness.clock.now, deadline: .max)
        }
        _ = harness.breaker.trip(now: harness.clock.now)
        harness.waitUntilHalfOpen()
        for _ in 0..<20 { #expect(harness.decide() == .refused(.halfOpen)) }
        #expect(harness.status.trialsInFlight == 0)
    }

    @Test(arguments: [0, .max] as [UInt64])
    func takesAnyDeadline(deadline: UInt64) throws {
        let harness = try BreakerHarness()
        guard case .permit = harness.breaker.acquire(now: harness.clock.now, deadline: deadline)
        else {
            Issue.record("refused")
            return
        }
        harness.breaker.expire(now: harness.clock.now)
        #expect(harness.status.expiredTotal == (deadline == 0 ? 1 : 0))
    }

    // MARK: Settings

    @Test func refusesSettingsOutOfRange() {
        #expect(throws: BreakerSettingsError(field: "slowThreshold")) {
            try BreakerSettings(slowThresholdNanoseconds: 0)
        }
        #expect(throws: BreakerSettingsError(field: "bucket")) {
            try BreakerSettings(slowThresholdNanoseconds: 1, bucketNanoseconds: 99_999_999)
        }
        #expect(throws: BreakerSettingsError(field: "failureRate")) {
            try BreakerSettings(slowThresholdNanoseconds: 1, failureRateBasisPoints: 10_001)
        }
        #expect(throws: BreakerSettingsError(field: "trialCount")) {
            try BreakerSettings(slowThresholdNanoseconds: 1, trialCount: 16)
        }
        #expect(throws: BreakerSettingsError(field: "trialsInFlightMax")) {
            try BreakerSettings(slowThresholdNanoseconds: 1, trialsInFlightMax: 6)
        }
        #expect(throws: BreakerSettingsError(field: "openMax")) {
            try BreakerSettings(slowThresholdNanoseconds: 1, openNanosecondsMax: second)
        }
    }
}
