// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import Testing

@testable import GatewayCore

struct RecommendationLadderTests {
    private static let query = "shop=demo&session_id=s&product_id=P005&limit=5"

    private let stable = FakeControl(firstRow: 200)
    private let assigned = FakeControl(firstRow: 300)

    private func harness() throws -> WorkerHarness {
        var fixture = StateFixture()
        fixture.recommendations = [
            try .fake("1", "recommend", stable), try .fake("2", "recommend", assigned),
        ]
        return try WorkerHarness(fixture)
    }

    private func keys(_ rows: Int...) -> [String] { rows.map(StoreFixture.key) }

    @Test func eachRungAnswersForTheOneAbove() throws {
        let harness = try harness()
        let first = try harness.recommend(Self.query)
        #expect(first.rung == "assigned")
        #expect(first.products == keys(300, 301, 302, 303, 304))
        assigned.mode = .fail
        let second = try harness.recommend(Self.query)
        #expect(second.rung == "stable")
        #expect(second.products == keys(200, 201, 202, 203, 204))
        stable.mode = .fail
        let third = try harness.recommend(Self.query)
        #expect(third.rung == "cached")
        #expect(third.reason == "handler_error")
        #expect(third.products == keys(200, 201, 202, 203, 204))
        let fourth = try harness.recommend("shop=demo&session_id=s&product_id=P006&limit=3")
        #expect(fourth.rung == "popular")
        #expect(fourth.products == keys(0, 1, 2))
    }

    @Test(arguments: [FakeControl.Mode.notANumber, .incomplete])
    func anUnusableListIsAFailure(_ mode: FakeControl.Mode) throws {
        let harness = try harness()
        assigned.mode = mode
        #expect(try harness.recommend(Self.query).rung == "stable")
    }

    @Test func whatTheShopperHasIsLeftOutAtEveryRung() throws {
        let harness = try harness()
        try harness.recommend(Self.query)
        (assigned.mode, stable.mode) = (.fail, .fail)
        let cached = try harness.recommend(
            Self.query + "&cart=P300&session_items=P301&exclude=p302"
        )
        #expect(cached.rung == "cached")
        #expect(cached.products == keys(303, 304))
        let popular = try harness.recommend(
            "shop=demo&session_id=s&product_id=P000&limit=2&cart=P001&session_items=P002&exclude=P003"
        )
        #expect(popular.rung == "popular")
        #expect(popular.products == keys(4, 5))
    }

    @Test func aCachedListIsForgottenInTime() throws {
        let harness = try harness()
        try harness.recommend(Self.query)
        (assigned.mode, stable.mode) = (.fail, .fail)
        harness.clock.advance(milliseconds: 300_000)
        #expect(try harness.recommend(Self.query).rung == "cached")
        harness.clock.advance(milliseconds: 1)
        #expect(try harness.recommend(Self.query).rung == "popular")
    }

    @Test func anEmptyListIsTheLastAnswer() throws {
        var fixture = StateFixture()
        fixture.recommendations = [try .fake("1", "recommend", stable)]
        let harness = try WorkerHarness(fixture, popular: 0..<0)
        stable.mode = .fail
        let answer = try harness.recommend(Self.query)
        #expect(answer.status == 200)
        #expect(answer.rung == "empty")
        #expect(answer.products == [])
    }

    @Test func aShopperWithoutAFocusGetsPopularProducts() throws {
        let harness = try harness()
        try harness.recommend("shop=demo&session_id=s&limit=2")
        (assigned.mode, stable.mode) = (.fail, .fail)
        #expect(try harness.recommend("shop=demo&session_id=s&limit=2").rung == "popular")
    }
}
