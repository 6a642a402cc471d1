// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct CircuitBreakerOverrideTests {
    private func force(_ harness: BreakerHarness, _ mode: OverrideMode) -> Bool {
        harness.breaker.force(
            mode,
            forNanoseconds: 60 * second,
            actor: "ada",
            now: harness.clock.now
        )
    }

    @Test func forcedOpenRefusesUntilItLapses() throws {
        var harness = try BreakerHarness()
        #expect(force(harness, .forcedOpen))
        #expect(harness.status.actor == "ada")
        #expect(harness.decide() == .refused(.forcedOpen))
        harness.clock.advance(seconds: 59)
        #expect(harness.state == .forcedOpen)
        harness.clock.advance(seconds: 2)
        #expect(harness.state == .halfOpen)
        #expect(harness.status.actor == nil)
        #expect(harness.call(.success) == .counted)
    }

    @Test func forcedClosedNeverOpens() throws {
        var harness = try BreakerHarness()
        #expect(force(harness, .forcedClosed))
        #expect(harness.calls([(.failure, 100)]).allSatisfy { $0 == .counted })
        harness.clock.advance(seconds: 61)
        #expect(harness.state == .closed)
        #expect(harness.calls([(.failure, 4)]).allSatisfy { $0 == .counted })
        #expect(harness.call(.failure) == .opened)
    }

    @Test func metricsOnlySaysWhenItWouldOpen() throws {
        let harness = try BreakerHarness()
        #expect(force(harness, .metricsOnly))
        #expect(harness.calls([(.failure, 4)]).allSatisfy { $0 == .counted })
        #expect(harness.call(.failure) == .wouldOpen)
        #expect(harness.state == .metricsOnly)
        #expect(harness.permit() != nil)
    }

    @Test func overridesEndWhenToldTo() throws {
        let harness = try BreakerHarness()
        #expect(!harness.breaker.release(now: harness.clock.now))
        #expect(force(harness, .forcedOpen))
        #expect(harness.breaker.release(now: harness.clock.now))
        #expect(harness.state == .halfOpen)
    }

    @Test(arguments: [0, CircuitBreaker.overrideNanosecondsMax + 1, .max] as [UInt64])
    func overridesMustEnd(duration: UInt64) throws {
        let harness = try BreakerHarness()
        let isForced = harness.breaker.force(
            .forcedOpen,
            forNanoseconds: duration,
            actor: "ada",
            now: harness.clock.now
        )
        #expect(!isForced)
        #expect(harness.state == .closed)
    }

    @Test func callsInFlightDoNotOutliveAnOverride() throws {
        let harness = try BreakerHarness()
        let permit = try #require(harness.permit())
        #expect(force(harness, .forcedClosed))
        #expect(harness.finish(permit, .failure) == .stale)
    }
}
