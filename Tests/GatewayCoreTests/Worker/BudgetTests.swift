// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import Testing

@testable import GatewayCore

struct BudgetTests {
    private let control = FakeControl()

    private func harness() throws -> WorkerHarness {
        var fixture = StateFixture()
        fixture.prices = [try .fake("1", "price", control)]
        return try WorkerHarness(fixture)
    }

    @Test(arguments: [
        (RequestFixture.Header.requestBudget, "0", "base_price"),
        (.requestBudget, "2", "base_price"),
        (.requestBudget, "40", "assigned"), (.grpcTimeout, "1m", "base_price"),
        (.grpcTimeout, "40m", "assigned"), (.envoyTimeout, "1", "base_price"),
        (.envoyTimeout, "40", "assigned"),
    ])
    func theCallersLimitHolds(
        _ header: RequestFixture.Header,
        _ value: String,
        _ rung: String
    ) throws {
        let harness = try harness()
        // One call teaches the worker how long the handler takes.
        try harness.price()
        let answer = try harness.price([("P002", 1)], headers: [header: value])
        #expect(answer.status == 200)
        #expect(answer.rung == rung)
        #expect(answer.reason == (rung == "assigned" ? nil : "deadline"))
    }

    @Test func theSmallestLimitWins() throws {
        let harness = try harness()
        let answer = try harness.price(headers: [.requestBudget: "40", .envoyTimeout: "1"])
        #expect(answer.rung == "base_price")
    }

    @Test func aMalformedBudgetIsRefused() throws {
        let answer = try harness().price(headers: [.requestBudget: "soon"])
        #expect(answer.status == 400)
        #expect(control.callCount == 0)
    }

    @Test func timeSpentBeforeTheWorkerCounts() throws {
        let harness = try harness()
        let arrival = harness.clock.now
        harness.clock.advance(milliseconds: 48)
        let request = RequestFixture.prices([("P001", 1)])
        #expect(request.handle(by: harness.worker, arrival: arrival) == .answered)
        #expect(Answer(harness.worker.reply).rung == "base_price")
        #expect(Answer(harness.worker.reply).fields.contains("queue;dur=48.000"))
    }
}
