// SPDX-License-Identifier: Apache-2.0
import CSluice
import GatewayFixtures
import PluginHost
import Testing
import Traffic

@testable import GatewayCore

/// What a shadow is asked, and what is made of its answers.
struct ShadowTests {
    @Test func aShadowIsAskedOnlyAfterTheReply() throws {
        let shadows = try ShadowHarness()
        #expect(shadows.harness.send(ShadowHarness.cart).answer?.rung == "assigned")
        #expect(shadows.worker.hasWaitingShadows)
        #expect(shadows.shadow.callCount == 0)
        shadows.worker.startShadows()
        try shadows.collect()
        #expect(!shadows.worker.hasWaitingShadows)
        #expect(shadows.shadow.callCount == 1)
        #expect(shadows.results() == [.compared: 1])
        #expect(shadows.durations.count == 1)
        #expect(shadows.isQuiet)
    }

    @Test(arguments: [
        (percent: 90, order: PriceDelta.Order.equal, edge: 0.0),
        (percent: 80, order: .lower, edge: -0.1),
        (percent: 45, order: .lower, edge: -0.5),
        (percent: 99, order: .higher, edge: 0.1),
        (percent: 180, order: .higher, edge: .infinity),
    ])
    func knownPricesLandInTheirBuckets(
        percent: Int,
        order: PriceDelta.Order,
        edge: Double
    ) throws {
        let shadows = try ShadowHarness()
        shadows.shadow.percent = percent
        try shadows.compare(count: 3)
        // Two lines each.
        #expect(shadows.lines(order) == 6)
        let deltas = shadows.deltas
        let bucket = deltas.edges.firstIndex(of: edge) ?? deltas.edges.count
        #expect(deltas.counts[bucket] == 6 && deltas.count == 6)
        #expect(shadows.guardViolations == 0)
    }

    @Test func theLargestDifferenceIsKept() throws {
        let shadows = try ShadowHarness()
        for percent in [90, 72, 99] {
            shadows.shadow.percent = percent
            try shadows.compare(.prices([("P000", 1)]))
        }
        let meter = try #require(shadows.fixture.prices[2].shadow?.meter)
        #expect(meter.largestDeltaMillionths == 200_000)
        #expect(abs(shadows.deltas.sum - -0.1) < 1e-6)
    }

    @Test func whatTheGuardWouldHaveRefusedIsCountedAndCompared() throws {
        let shadows = try ShadowHarness()
        shadows.shadow.percent = 5
        try shadows.compare()
        #expect(shadows.guardViolations == 2)
        #expect(shadows.results() == [.compared: 1])
        #expect(shadows.lines(.lower) == 2)
    }

    @Test func knownListsHaveTheirOverlap() throws {
        let shadows = try ShadowHarness()
        try shadows.compare(ShadowHarness.widget, count: 2)
        #expect(shadows.results("recommendations") == [.compared: 2])
        #expect(shadows.overlaps(.share).counts[6] == 2)
        #expect(abs(shadows.overlaps(.share).sum - 1.2) < 1e-6)
        // Six of fourteen.
        #expect(shadows.overlaps(.jaccard).counts[5] == 2)
    }

    @Test(arguments: [
        (FakeControl.Mode.fail, ShadowResult.handlerError), (.notFound, .handlerError),
        (.notANumber, .badReply), (.incomplete, .badReply),
    ])
    func failuresAreCountedByKind(mode: FakeControl.Mode, result: ShadowResult) throws {
        let shadows = try ShadowHarness()
        shadows.shadow.mode = mode
        shadows.shadowList.mode = mode
        try shadows.compare(count: 20)
        #expect(shadows.results() == [result: 20])
        #expect(shadows.deltas.count == 0)
        try shadows.compare(ShadowHarness.widget, count: 20)
        #expect(shadows.results("recommendations") == [result: 20])
        let breaker = shadows.worker.state.models[0].versions[2].breaker
        #expect(breaker.status(now: shadows.harness.clock.now).window.total == 0)
    }

    @Test func aVersionIsNotComparedWithItself() throws {
        let shadows = try ShadowHarness { $0.weights = [0, 0, 10_000] }
        #expect(shadows.send()?.servedVersion == "3")
        #expect(shadows.results().isEmpty)
        #expect(shadows.isQuiet)
    }

    @Test func repliesWithoutAModelAreNotComparable() throws {
        let shadows = try ShadowHarness()
        shadows.live.mode = .fail
        #expect(shadows.send()?.rung == "base_price")
        #expect(shadows.send(.prices([("NOWHERE", 1)]))?.rung == "assigned")
        #expect(shadows.results() == [.notComparable: 2])
        #expect(shadows.shadow.callCount == 0)
        #expect(shadows.isQuiet)
    }

    @Test func whatTheStableVersionAnsweredIsComparable() throws {
        let shadows = try ShadowHarness(livePool: true)
        shadows.live.isOpen = false
        #expect(shadows.harness.send(ShadowHarness.cart).ticket != nil)
        shadows.live.isOpen = true
        shadows.harness.clock.advance(milliseconds: 39)
        shadows.worker.expirePendingCalls()
        #expect(shadows.harness.takeAnswers().map(\.answer.rung) == ["stable"])
        shadows.worker.startShadows()
        try shadows.collect()
        #expect(shadows.results() == [.compared: 1])
        try shadows.harness.deliver(1)
        #expect(shadows.isQuiet)
    }

    @Test func refusedRequestsAreNotCopied() throws {
        let shadows = try ShadowHarness()
        #expect(shadows.send(.prices([("P001", 0)]))?.status == 422)
        #expect(shadows.results().isEmpty)
        #expect(!shadows.worker.hasWaitingShadows)
    }

    @Test func aSampleIsTheSameAtEveryRun() throws {
        let calls = try (0..<2).map { _ in
            let role = ShadowFixture(sampleBasisPoints: 2_000)
            let shadows = try ShadowHarness(role)
            try shadows.compare(count: 200)
            return shadows.shadow.callCount
        }
        #expect(calls[0] == calls[1])
        #expect((20...60).contains(calls[0]))
    }

    @Test(arguments: [0, 3, 1 << 20, Int(UInt32.max)])
    func aLiveCallIsNotTakenForAShadows(worker: Int) {
        let call = HandlerCall(limits: HandlerCallLimits())
        call.ownerContext = CallMark(worker: worker, slot: 1 << 20).ownerContext
        #expect(!ShadowReturns.take(call, status: 0))
    }

    @Test func severalShadowsSeeOneRequest() throws {
        let shadows = try ShadowHarness { $0.prices[0].shadow = ShadowFixture() }
        try shadows.compare()
        #expect(shadows.results() == [.compared: 1])
        // Version 1 shares its control with the live version.
        #expect(shadows.live.callCount == 2)
        #expect(shadows.isQuiet)
    }

    @Test func theShadowSeesTheSameMomentAsTheLiveHandler() throws {
        let shadows = try ShadowHarness()
        _ = shadows.harness.send(ShadowHarness.cart)
        let decision = try #require(shadows.worker.shadows.waiting.first)
        let seen = decision.call.request.pointee.unix_milliseconds
        shadows.worker.startShadows()
        let call = try #require(shadows.worker.shadows.inFlight.first)
        #expect(call.call.request.pointee.unix_milliseconds == seen)
        #expect(call.deadlineNanoseconds == shadows.harness.clock.now + 200_000_000)
        try shadows.collect()
    }
}
