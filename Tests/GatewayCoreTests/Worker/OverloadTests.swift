// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import PluginHost
import Testing
import Traffic

@testable import GatewayCore

/// What the worker does when more arrives than it can answer.
struct OverloadTests {
    private let assigned = FakeControl(percent: 80)
    private let stable = FakeControl(percent: 90)
    private static let cart = RequestFixture.prices([("P001", 1)])

    private func harness(_ overload: OverloadSettings = OverloadSettings()) throws -> WorkerHarness
    {
        var fixture = StateFixture()
        fixture.prices = [
            try .fake("1", "price", stable), try .fake("2", "price", assigned),
        ]
        fixture.recommendations = [try .fake("1", "recommend", stable)]
        return try WorkerHarness(fixture, overload: overload)
    }

    // MARK: The loop

    @Test func aCalmLoopAdmitsEverybody() throws {
        let harness = try harness()
        harness.worker.beginTurn()
        #expect(Self.cart.admission(by: harness.worker, arrival: harness.clock.now) == .admitted)
        #expect(harness.shedCount() == 0)
    }

    @Test func widgetsAreShedLongBeforeCheckouts() throws {
        let harness = try harness()
        overload(harness, turns: 1_200)
        #expect(widget("s1").admission(by: harness.worker, arrival: harness.clock.now) == .shed)
        #expect(Self.cart.admission(by: harness.worker, arrival: harness.clock.now) == .admitted)
        #expect(!harness.worker.mayShadow)
        #expect(harness.worker.metrics.load.isOverloaded)
        #expect(harness.worker.metrics.load.recommendationShare < 0.25)
        #expect(harness.worker.metrics.load.checkoutShare == 1)
    }

    @Test func healthIsAlwaysAnswered() throws {
        let harness = try harness()
        overload(harness, turns: 1_200)
        for path in ["/v2/health/live", "/v2/health/ready", "/v2", "/nowhere"] {
            let request = RequestFixture(.get, path)
            #expect(request.admission(by: harness.worker, arrival: harness.clock.now) == .admitted)
        }
        let preflight = RequestFixture(.options, "/v1/recommendations")
        #expect(preflight.admission(by: harness.worker, arrival: harness.clock.now) == .admitted)
    }

    @Test func aShopperIsInOrOutHoweverTheyAsk() throws {
        let harness = try harness()
        overload(harness, turns: 60)
        let shoppers = (0..<200).map { "s\($0)" }
        let arrival = harness.clock.now
        let verdicts = shoppers.map { widget($0).admission(by: harness.worker, arrival: arrival) }
        #expect(verdicts.contains(.admitted))
        #expect(verdicts.contains(.shed))
        #expect(
            verdicts == shoppers.map { widget($0).admission(by: harness.worker, arrival: arrival) }
        )
        for (shopper, verdict) in zip(shoppers, verdicts) {
            let post = postedWidget(shopper)
            #expect(post.admission(by: harness.worker, arrival: arrival) == .needsUnit)
            let answer = try #require(harness.send(post).answer)
            #expect(answer.status == (verdict == .shed ? 503 : 200), "\(shopper)")
        }
    }

    @Test func whatCannotBeInTimeIsShed() throws {
        let harness = try harness()
        harness.worker.beginTurn()
        harness.clock.advance(milliseconds: 10)
        let hasty = RequestFixture.prices([("P001", 1)], headers: [.requestBudget: "9"])
        #expect(hasty.admission(by: harness.worker, arrival: harness.clock.now) == .shed)
        #expect(harness.shedCount(.checkout, .predicted) == 1)
        #expect(Self.cart.admission(by: harness.worker, arrival: harness.clock.now) == .admitted)
    }

    @Test func clientsAreToldToComeBackApart() throws {
        let harness = try harness()
        var waits: Set<String> = []
        for _ in 0..<100 {
            #expect(widget("s").shed(by: harness.worker) == .answered)
            let answer = Answer(harness.worker.reply)
            #expect(answer.status == 503)
            let fields = answer.fields.split(separator: "\r\n")
            let wait = try #require(fields.first { $0.hasPrefix("Retry-After: ") })
            waits.insert(String(wait.dropFirst("Retry-After: ".count)))
            #expect(answer.json["status"] as? Int == 503)
        }
        #expect(waits == ["1", "2", "3", "4", "5"])
        #expect(harness.requestCount("recommendations", .shed) == 100)
    }

    // MARK: Hard limits

    @Test func soManyAreAtWorkAtMost() throws {
        var overload = OverloadSettings()
        overload.checkoutsAtWorkMaximum = 4
        let completions = Completions()
        var fixture = StateFixture()
        fixture.prices = [
            try .fake("1", "price", stable),
            try .fake("2", "price", assigned, pool: completions.makePool(queue: 64)),
        ]
        fixture.recommendations = [try .fake("1", "recommend", stable)]
        let harness = try WorkerHarness(fixture, completions, overload: overload)
        assigned.isOpen = false
        for _ in 0..<4 { #expect(harness.send(Self.cart).ticket != nil) }
        for _ in 0..<100 { #expect(harness.send(Self.cart).answer?.status == 503) }
        #expect(harness.worker.decisions.all.count == 4)
        #expect(harness.shedCount(.checkout, .accept) == 100)
        #expect(try harness.recommend().status == 200)
        assigned.isOpen = true
        try harness.deliver(4)
        #expect(harness.send(Self.cart).ticket != nil)
        try harness.deliver(1)
    }

    // MARK: Pools

    @Test func callsThatNoThreadCameToDoNotCountAgainstTheirVersion() throws {
        let completions = Completions()
        var fixture = StateFixture()
        fixture.prices = [
            try .fake("1", "price", stable),
            try .fake("2", "price", assigned, pool: completions.makePool(threads: 1, queue: 64)),
        ]
        let harness = try WorkerHarness(fixture, completions)
        assigned.isOpen = false
        for _ in 0..<32 { #expect(harness.send(Self.cart).ticket != nil) }
        let isAtWork = harness.isTrueSoon { assigned.callCount == 1 }
        #expect(isAtWork)
        harness.clock.advance(milliseconds: 39)
        harness.worker.expirePendingCalls()
        let reasons = harness.takeAnswers().map(\.answer.reason)
        #expect(reasons.count { $0 == "deadline" } == 1)
        #expect(reasons.count { $0 == "overloaded" } == 31)
        #expect(harness.shedCount(.checkout, .dequeue) == 31)
        let breaker = harness.worker.state.models[0].versions[1].breaker
        #expect(breaker.status(now: harness.clock.now).window.failed == 1)
        #expect(breaker.status(now: harness.clock.now).state == .closed)
        assigned.isOpen = true
        try harness.deliverRest()
    }

    @Test func callsThatWouldWaitTooLongGoDownTheLadderAtOnce() throws {
        let completions = Completions()
        let law = SlowLaw()
        var fixture = StateFixture()
        fixture.prices = [
            try .fake("1", "price", stable),
            try .fake("2", "price", assigned, pool: completions.makePool(threads: 1, law: law)),
        ]
        let harness = try WorkerHarness(fixture, completions)
        let answer = try harness.price()
        #expect(answer.rung == "stable")
        #expect(answer.reason == "overloaded")
        #expect(harness.shedCount(.checkout, .predicted) == 1)
        #expect(
            harness.worker.state.models[0].versions[1].breaker.status(now: harness.clock.now)
                .inFlightCount == 0
        )
    }

    // MARK: Helpers

    /// Turns of a loop that never comes to rest, each of two milliseconds.
    private func overload(_ harness: WorkerHarness, turns: Int) {
        for _ in 0..<turns {
            harness.worker.beginTurn()
            let arrival = harness.clock.now
            for shopper in 0..<20 {
                _ = widget("w\(shopper)").admission(by: harness.worker, arrival: arrival)
            }
            _ = Self.cart.admission(by: harness.worker, arrival: arrival)
            harness.clock.advance(milliseconds: 2)
            harness.worker.endTurn()
        }
        harness.worker.beginTurn()
    }

    private func widget(_ shopper: String) -> RequestFixture {
        .recommendations("shop=demo&session_id=\(shopper)&product_id=P005")
    }

    private func postedWidget(_ shopper: String) -> RequestFixture {
        RequestFixture(
            .post,
            "/v1/recommendations",
            body: #"{"shop":"demo","session_id":"\#(shopper)","product_id":"P005"}"#,
            headers: [.contentType: "application/json"]
        )
    }
}

/// Never lets anybody wait.
private struct SlowLaw: QueueLaw {
    var nowNanoseconds: UInt64 { 0 }
    var takesNewestFirst: Bool { false }

    func admits(ahead: Int, deadline: UInt64, now: UInt64) -> Bool { false }
    func admitsExecution(queuedAt: UInt64, deadline: UInt64, now: UInt64) -> Bool { true }
    func executed(nanoseconds: UInt64) {}
}
