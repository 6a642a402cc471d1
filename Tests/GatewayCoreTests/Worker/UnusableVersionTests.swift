// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import PluginHost
import Testing
import Traffic

@testable import GatewayCore

/// Versions that take no calls, and the reasons replies give for it.
struct UnusableVersionTests {
    @Test func aDisabledVersionsShoppersGetTheStableOne() throws {
        let (stable, disabled) = (FakeControl(percent: 90), FakeControl(percent: 80))
        var fixture = StateFixture()
        fixture.prices = [try .fake("1", "price", stable), try .fake("2", "price", disabled)]
        fixture.prices[1].isEnabled = false
        let harness = try WorkerHarness(fixture)
        let answer = try harness.price()
        #expect(answer.assignedVersion == "2")
        #expect(answer.servedVersion == "1")
        #expect(answer.rung == "stable")
        #expect(answer.reason == "disabled")
        #expect(disabled.callCount == 0)
        #expect(harness.requestCount("prices", .degraded) == 1)
    }

    /// Nothing runs behind its queue, which is no overload.
    @Test func aVersionThatDoesNotRunIsUnavailable() throws {
        let stable = FakeControl(percent: 90)
        var fixture = StateFixture()
        let breaker = CircuitBreaker(
            settings: try BreakerSettings(slowThresholdNanoseconds: 20_000_000),
            seed: 7
        )
        fixture.prices = [
            try .fake("1", "price", stable),
            VersionFixture("2", breaker: breaker, .queued(WithheldCalls())),
        ]
        let harness = try WorkerHarness(fixture)
        let answer = try harness.price()
        #expect(answer.servedVersion == "1")
        #expect(answer.reason == "unavailable")
        #expect(stable.callCount == 1)
        #expect(harness.shedCount() == 0)
    }
}
