// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import Testing

@testable import GatewayCore

struct BreakerTests {
    private let stable = FakeControl(percent: 90)
    private let assigned = FakeControl(percent: 80)

    private func harness() throws -> WorkerHarness {
        var fixture = StateFixture()
        fixture.prices = [try .fake("1", "price", stable), try .fake("2", "price", assigned)]
        return try WorkerHarness(fixture)
    }

    @Test func fiveFailuresInARowKeepCallsAway() throws {
        let harness = try harness()
        assigned.mode = .fail
        for _ in 0..<5 { #expect(try harness.price().reason == "handler_error") }
        assigned.mode = .ok
        let answer = try harness.price()
        #expect(answer.rung == "stable")
        #expect(answer.reason == "breaker_open")
        #expect(assigned.callCount == 5)
    }

    @Test func aCallersFaultDoesNotOpenIt() throws {
        let harness = try harness()
        assigned.mode = .notFound
        for _ in 0..<20 { #expect(try harness.price().reason == "handler_error") }
        #expect(assigned.callCount == 20)
    }

    @Test func trialsBringAHealedVersionBack() throws {
        let harness = try harness()
        assigned.mode = .fail
        for _ in 0..<5 { try harness.price() }
        assigned.mode = .ok
        harness.clock.advance(milliseconds: 10_000)
        harness.worker.tick()
        for _ in 0..<5 { #expect(try harness.price().rung == "assigned") }
        harness.clock.advance(milliseconds: 11_000)
        for _ in 0..<20 { #expect(try harness.price().rung == "assigned") }
    }

    @Test func aFailedTrialOpensItAgain() throws {
        let harness = try harness()
        assigned.mode = .fail
        for _ in 0..<5 { try harness.price() }
        harness.clock.advance(milliseconds: 10_000)
        for _ in 0..<5 { try harness.price() }
        let answer = try harness.price()
        #expect(answer.reason == "breaker_open")
        #expect(assigned.callCount < 11)
    }
}
