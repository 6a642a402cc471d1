// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import Testing
import Traffic

@testable import GatewayCore

struct PriceLadderTests {
    private let stable = FakeControl(percent: 90)
    private let assigned = FakeControl(percent: 80)

    private func harness(_ change: (inout StateFixture) -> Void = { _ in }) throws -> WorkerHarness
    {
        var fixture = StateFixture()
        fixture.prices = [try .fake("1", "price", stable), try .fake("2", "price", assigned)]
        change(&fixture)
        return try WorkerHarness(fixture)
    }

    @Test func theAssignedVersionAnswers() throws {
        let answer = try harness().price([("P001", 2), ("p010", 1)])
        #expect(answer.rung == "assigned")
        #expect(answer.reason == nil)
        #expect(answer.servedVersion == "2")
        #expect(answer.unitPrices == [808, 880])
        #expect(answer.lines[0]["line_price"] as? String == "16.16")
        #expect(answer.fields.contains("Sluice-Rung: assigned\r\n"))
        #expect(answer.fields.contains("Sluice-Version: 2\r\n"))
    }

    @Test(arguments: [
        (FakeControl.Mode.fail, "handler_error"), (.notANumber, "handler_error"),
        (.incomplete, "handler_error"), (.notFound, "handler_error"),
    ])
    func theStableVersionAnswersForAFailedOne(
        _ mode: FakeControl.Mode,
        _ reason: String
    ) throws {
        let harness = try harness()
        assigned.mode = mode
        let answer = try harness.price()
        #expect(answer.rung == "stable")
        #expect(answer.reason == reason)
        #expect(answer.assignedVersion == "2")
        #expect(answer.servedVersion == "1")
        #expect(answer.unitPrices == [909])
        #expect(answer.fields.contains("Sluice-Reason: \(reason)\r\n"))
    }

    @Test(arguments: [10, 301, 0, 195])
    func aPriceOutsideTheBandIsAFailure(_ percent: Int) throws {
        let harness = try harness()
        assigned.percent = percent
        let answer = try harness.price()
        #expect(answer.rung == "stable")
        #expect(answer.reason == "guard_violation")
        let breaker = harness.worker.state.models[0].versions[1].breaker
        #expect(breaker.status(now: harness.clock.now).window.consecutiveFailures == 1)
        #expect(breaker.status(now: harness.clock.now).inFlightCount == 0)
    }

    @Test func theLastGoodPriceAnswersWhenNoVersionDoes() throws {
        let harness = try harness()
        try harness.price([("P001", 2)])
        (assigned.mode, stable.mode) = (.fail, .fail)
        let same = try harness.price([("P001", 2)])
        #expect(same.rung == "last_known_good")
        #expect(same.reason == "handler_error")
        #expect(same.servedVersion == nil)
        #expect(same.unitPrices == [808])
        #expect(same.fields.contains("Sluice-Version: none\r\n"))
        #expect(try harness.price([("P001", 3)]).rung == "base_price")
        #expect(try harness.price([("P001", 2)], customer: "C1").rung == "base_price")
        #expect(try harness.price([("P001", 2), ("P002", 2)]).rung == "base_price")
    }

    @Test func aFailedAnswerIsNoGoodPrice() throws {
        let harness = try harness()
        (assigned.mode, stable.mode) = (.fail, .fail)
        let answer = try harness.price()
        #expect(answer.rung == "base_price")
        #expect(answer.unitPrices == [1010])
        #expect(try harness.price().rung == "base_price")
    }

    @Test func anOldPriceIsForgotten() throws {
        let harness = try harness()
        try harness.price()
        (assigned.mode, stable.mode) = (.fail, .fail)
        harness.clock.advance(milliseconds: 600_000)
        #expect(try harness.price().rung == "last_known_good")
        harness.clock.advance(milliseconds: 1)
        #expect(try harness.price().rung == "base_price")
    }

    @Test func aPriceDoesNotOutliveItsSnapshot() throws {
        let harness = try harness()
        try harness.price()
        (assigned.mode, stable.mode) = (.fail, .fail)
        #expect(try harness.price().rung == "last_known_good")
        var fixture = StateFixture()
        fixture.prices = [try .fake("1", "price", stable), try .fake("2", "price", assigned)]
        try harness.adopt(fixture)
        #expect(try harness.price().rung == "base_price")
    }

    @Test func aFailingStableVersionIsAskedOnce() throws {
        let harness = try harness { $0.stable = 1 }
        assigned.mode = .fail
        #expect(try harness.price().rung == "base_price")
        #expect(assigned.callCount == 1)
        #expect(stable.callCount == 0)
    }

    @Test func linesWithoutAPriceSaySoAndTheRestIsPriced() throws {
        let answer = try harness().price([("NOWHERE", 1), ("P001", 1), ("X-NONE", 1)])
        #expect(answer.rung == "assigned")
        #expect(answer.errorCodes == ["unknown_product", nil, "no_price"])
        #expect(answer.unitPrices == [nil, 808, nil])
    }

    @Test func aCartOfUnknownProductsNeedsNoModel() throws {
        let harness = try harness()
        let answer = try harness.price([("NOWHERE", 1)])
        #expect(answer.status == 200)
        #expect(answer.rung == "assigned")
        #expect(answer.errorCodes == ["unknown_product"])
        #expect(assigned.callCount == 0)
    }

    @Test func theLastPriceStandsInForTheListPrice() throws {
        let harness = try harness()
        (assigned.mode, stable.mode) = (.fail, .fail)
        let answer = try harness.price([("X-LAST", 1)])
        #expect(answer.rung == "base_price")
        #expect(answer.unitPrices == [StoreFixture.listPrice(StoreFixture.productCount + 1)])
        #expect(answer.lines[0]["list_price"] == nil)
    }

    @Test func aTotalBeyond64BitsIsNoPrice() throws {
        let harness = try harness()
        (assigned.mode, stable.mode) = (.fail, .fail)
        let answer = try harness.price([("X-HUGE", 3), ("P001", 3)])
        #expect(answer.rung == "base_price")
        #expect(answer.errorCodes == ["no_price", nil])
        #expect(try harness.price([("X-HUGE", 2)]).unitPrices == [Int64.max / 2])
    }
}
