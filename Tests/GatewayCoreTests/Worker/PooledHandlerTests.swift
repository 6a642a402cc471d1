// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import PluginHost
import Testing
import Traffic

@testable import GatewayCore

/// The assigned version runs on a pool of the fixture, the stable one inline.
struct PooledHandlerTests {
    private let stable = FakeControl(percent: 90)
    private let assigned = FakeControl(percent: 80)
    private static let cart = RequestFixture.prices([("P001", 1)])

    private func fixture(_ completions: Completions, queue: Int = 8) throws -> StateFixture {
        var fixture = StateFixture()
        fixture.prices = [
            try .fake("1", "price", stable),
            try .fake("2", "price", assigned, pool: completions.makePool(queue: queue)),
        ]
        return fixture
    }

    private func harness(queue: Int = 8) throws -> WorkerHarness {
        let completions = Completions()
        return try WorkerHarness(fixture(completions, queue: queue), completions)
    }

    private func inFlightCount(_ harness: WorkerHarness) -> Int {
        harness.worker.state.models[0].versions[1].breaker.status(now: harness.clock.now)
            .inFlightCount
    }

    @Test func aCallThatComesInTimeAnswers() throws {
        let harness = try harness()
        let ticket = try #require(harness.send(Self.cart).ticket)
        try harness.deliver(1)
        #expect(harness.answers.map(\.ticket) == [ticket])
        #expect(harness.answers[0].answer.rung == "assigned")
        #expect(harness.answers[0].answer.unitPrices == [808])
        #expect(inFlightCount(harness) == 0)
    }

    @Test func anAnswerIsWholeAfterOtherRequestsHaveUsedTheReply() throws {
        let harness = try harness()
        let request = RequestFixture.prices([("P001", 1)], headers: [.origin: "https://a.example"])
        #expect(harness.send(request).answer == nil)
        let path = RequestFixture(.get, "/nowhere")
        #expect(harness.send(path).answer?.status == 404)
        try harness.deliver(1)
        let answer = harness.answers[0].answer
        #expect(answer.unitPrices == [808])
        #expect(answer.fields.contains("Access-Control-Allow-Origin: *\r\n"))
        #expect(answer.fields.split(separator: "\r\n").count { $0.hasPrefix("Sluice-Rung") } == 1)
    }

    @Test func aLateCallIsAnsweredAtTheSoftDeadlineAndItsResultDropped() throws {
        let harness = try harness()
        assigned.isOpen = false
        let ticket = try #require(harness.send(Self.cart).ticket)
        let isAtWork = harness.isTrueSoon { assigned.callCount == 1 }
        #expect(isAtWork)
        let due = try #require(harness.worker.nextDeadlineNanoseconds)
        #expect(due == harness.clock.now + 38_400_000)
        harness.clock.advance(milliseconds: 38)
        harness.worker.expirePendingCalls()
        #expect(harness.answers.isEmpty)
        harness.clock.advance(milliseconds: 1)
        harness.worker.expirePendingCalls()
        #expect(harness.answers.map(\.ticket) == [ticket])
        #expect(harness.answers[0].answer.rung == "stable")
        #expect(harness.answers[0].answer.reason == "deadline")
        #expect(harness.worker.nextDeadlineNanoseconds == nil)
        assigned.isOpen = true
        try harness.deliver(1)
        #expect(harness.answers.count == 1)
        #expect(inFlightCount(harness) == 0)
    }

    /// The loop hears late of an answer that was in time: the version was not slow.
    @Test func whatTheLoopIsLateWithIsNotTheHandlersTime() throws {
        let harness = try harness()
        let breaker = harness.worker.state.models[0].versions[1].breaker
        for _ in 0..<30 {
            _ = harness.send(Self.cart)
            try harness.waitForCompletions(1)
            let ended = harness.clock.now
            harness.clock.advance(milliseconds: 30)
            for (call, status) in harness.completions.take() {
                call.endedNanoseconds = ended
                harness.worker.poolEnded(CallMark(of: call).slot, call, status: status)
            }
        }
        let status = breaker.status(now: harness.clock.now)
        #expect(status.state == .closed && status.window.slow == 0)
        #expect(harness.answers.allSatisfy { $0.answer.rung == "assigned" })
    }

    /// A loop that was away for long cannot tell a slow handler from a machine without a free core.
    @Test(arguments: [(5, false), (30, true)] as [(UInt64, Bool)])
    func aLoopThatIsLateBlamesNobody(lateMilliseconds: UInt64, isExcused: Bool) throws {
        let harness = try harness()
        assigned.isOpen = false
        _ = harness.send(Self.cart)
        let isAtWork = harness.isTrueSoon { assigned.callCount == 1 }
        #expect(isAtWork)
        harness.clock.advance(milliseconds: 38 + lateMilliseconds)
        harness.worker.expirePendingCalls()
        let breaker = harness.worker.state.models[0].versions[1].breaker
        let failures = breaker.status(now: harness.clock.now).window.failed
        #expect(failures == (isExcused ? 0 : 1))
        #expect(harness.answers.map(\.answer.reason) == ["deadline"])
        assigned.isOpen = true
        try harness.deliverRest()
    }

    @Test func aFailureFromAPoolGoesDownTheLadder() throws {
        let harness = try harness()
        assigned.mode = .fail
        _ = harness.send(Self.cart)
        try harness.deliver(1)
        #expect(harness.answers[0].answer.rung == "stable")
        #expect(harness.answers[0].answer.reason == "handler_error")
    }

    @Test func aFullQueueSendsTheCallDownTheLadder() throws {
        let harness = try harness(queue: 1)
        assigned.isOpen = false
        var overloaded: [Answer] = []
        var pending = 0
        for _ in 0..<8 {
            if let answer = harness.send(Self.cart).answer {
                overloaded.append(answer)
            } else {
                pending += 1
            }
        }
        #expect(!overloaded.isEmpty)
        #expect(overloaded.allSatisfy { $0.rung == "stable" && $0.reason == "overloaded" })
        assigned.isOpen = true
        try harness.deliver(pending)
        #expect(harness.answers.count == pending)
        #expect(inFlightCount(harness) == 0)
    }

    @Test func aCancelledRequestIsNeverAnswered() throws {
        let harness = try harness()
        assigned.isOpen = false
        let ticket = try #require(harness.send(Self.cart).ticket)
        harness.worker.cancel(ticket)
        harness.worker.cancel(ticket)
        #expect(inFlightCount(harness) == 0)
        assigned.isOpen = true
        try harness.deliver(1)
        #expect(harness.answers.isEmpty)
        #expect(harness.requestCount("prices") == 0)
    }

    /// The call has ended, but its completion has not reached the loop when the request is given up.
    @Test(arguments: [true, false])
    func aCompletionThatCrossesTheEndOfItsRequestGivesTheSlotBackOnce(isCancelled: Bool) throws {
        let harness = try harness()
        let ticket = try #require(harness.send(Self.cart).ticket)
        try harness.waitForCompletions(1)
        if isCancelled {
            harness.worker.cancel(ticket)
        } else {
            harness.clock.advance(milliseconds: 39)
            harness.worker.expirePendingCalls()
        }
        let next = try #require(harness.send(Self.cart).ticket)
        #expect(next != ticket)
        try harness.waitForCompletions(2)
        harness.deliverWhatCame()
        #expect(harness.answers.map(\.ticket) == (isCancelled ? [next] : [ticket, next]))
        assigned.isOpen = false
        let tickets = try (0..<4).map { _ in try #require(harness.send(Self.cart).ticket) }
        #expect(Set(tickets).count == 4)
        assigned.isOpen = true
        try harness.deliver(4)
    }

    @Test func slotsComeBack() throws {
        let harness = try harness()
        for round in 0..<10_000 {
            switch round % 5 {
            case 0: #expect(harness.send(.prices([("P001", 0)])).answer?.status == 422)
            case 1:
                let ticket = try #require(harness.send(Self.cart).ticket)
                harness.worker.cancel(ticket)
                try harness.deliver(1)
            default:
                #expect(harness.send(Self.cart).ticket != nil)
                try harness.deliver(1)
            }
        }
        #expect(harness.worker.decisions.all.count == 1)
        #expect(inFlightCount(harness) == 0)
    }

    @Test func tooManyRequestsAtWorkAreShed() throws {
        let completions = Completions()
        let harness = try WorkerHarness(fixture(completions, queue: 1024), completions)
        assigned.isOpen = false
        for _ in 0..<DecisionTable.countMaximum {
            #expect(harness.send(Self.cart).ticket != nil)
        }
        let answer = try #require(harness.send(Self.cart).answer)
        #expect(answer.status == 503)
        #expect(answer.fields.contains("Retry-After: "))
        #expect(harness.requestCount("prices", .shed) == 1)
        harness.clock.advance(milliseconds: 39)
        harness.worker.expirePendingCalls()
        #expect(harness.answers.count == DecisionTable.countMaximum)
        assigned.isOpen = true
        try harness.deliver(DecisionTable.countMaximum)
        #expect(harness.send(Self.cart).ticket != nil || harness.send(Self.cart).answer != nil)
    }
}
