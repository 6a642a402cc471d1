// SPDX-License-Identifier: Apache-2.0
import Foundation
import GatewayFixtures
import PluginHost
import Testing

@testable import GatewayCore

/// Whatever a shadow does, live requests do not notice.
struct ShadowIsolationTests {
    private static let requests: [RequestFixture] = [
        ShadowHarness.cart, ShadowHarness.widget, .prices([("P001", 0)]),
        .prices([("NOWHERE", 1), ("P005", 12)], customer: "C7"),
    ]

    /// The replies of a run, without what names the snapshot.
    private func replies(_ shadows: ShadowHarness) throws -> [String] {
        try (0..<40).map { round in
            let request = Self.requests[round % Self.requests.count]
            let answer = try #require(shadows.send(request))
            if round % 10 == 9 { shadows.worker.tick() }
            var json = answer.json
            json["snapshot"] = nil
            let body = try JSONSerialization.data(withJSONObject: json, options: .sortedKeys)
            return "\(answer.status) \(answer.fields) \(String(decoding: body, as: UTF8.self))"
        }
    }

    @Test(arguments: FakeControl.Mode.allCases, [true, false])
    func everyReplyIsTheSame(mode: FakeControl.Mode, hangs: Bool) throws {
        let alone = try replies(ShadowHarness(nil))
        let shadows = try ShadowHarness()
        shadows.shadow.mode = mode
        shadows.shadowList.mode = mode
        shadows.shadow.isOpen = !hangs
        shadows.shadowList.isOpen = !hangs
        #expect(try replies(shadows) == alone)
        shadows.shadow.isOpen = true
        shadows.shadowList.isOpen = true
        try shadows.collect()
        #expect(shadows.isQuiet)
    }

    @Test func aHungCallIsGivenUpAndCountedOnce() throws {
        let shadows = try ShadowHarness()
        shadows.shadow.isOpen = false
        shadows.send()
        shadows.harness.clock.advance(milliseconds: 201)
        shadows.worker.tick()
        shadows.worker.tick()
        #expect(shadows.results() == [.late: 1])
        // A handler that has begun may still read the request.
        #expect(!shadows.isQuiet || shadows.shadow.callCount == 0)
        shadows.shadow.isOpen = true
        try shadows.collect()
        #expect(shadows.results() == [.late: 1])
        #expect(shadows.deltas.count == 0)
        #expect(shadows.isQuiet)
    }

    @Test func anAnswerAfterTheBudgetIsLateEvenWhenItIsFoundLater() throws {
        let shadows = try ShadowHarness()
        shadows.shadow.isOpen = false
        shadows.send()
        while shadows.shadow.callCount == 0 { usleep(100) }
        shadows.harness.clock.advance(milliseconds: 201)
        shadows.shadow.isOpen = true
        try shadows.collect()
        #expect(shadows.results() == [.late: 1])
    }

    @Test func noMoreCallsThanAllowedAreInFlight() throws {
        let shadows = try ShadowHarness()
        shadows.shadow.isOpen = false
        for _ in 0..<20 { #expect(shadows.send()?.rung == "assigned") }
        #expect(shadows.results() == [.full: 12])
        #expect(shadows.fixture.prices[2].shadow?.meter.inFlightCount == 8)
        shadows.shadow.isOpen = true
        try shadows.collect()
        #expect(shadows.results() == [.full: 12, .compared: 8])
        #expect(shadows.isQuiet)
    }

    @Test func aStuckShadowIsNotAskedAgain() throws {
        let shadows = try ShadowHarness()
        shadows.shadow.isOpen = false
        shadows.send()
        while shadows.shadow.callCount == 0 { usleep(100) }
        shadows.harness.clock.advance(milliseconds: 201)
        shadows.worker.tick()
        shadows.send()
        #expect(shadows.results() == [.late: 1, .full: 1])
        shadows.shadow.isOpen = true
        try shadows.collect()
        shadows.send()
        try shadows.collect()
        #expect(shadows.results() == [.late: 1, .full: 1, .compared: 1])
    }

    @Test func anOverloadedLoopShedsShadowsFirst() throws {
        let shadows = try ShadowHarness()
        shadows.worker.mayShadow = false
        #expect(shadows.send()?.rung == "assigned")
        shadows.worker.mayShadow = true
        // The loop came back only after two milliseconds.
        _ = shadows.harness.send(ShadowHarness.cart)
        shadows.harness.clock.advance(milliseconds: 2)
        shadows.worker.startShadows()
        #expect(shadows.results() == [.shed: 2])
        #expect(shadows.shadow.callCount == 0)
        #expect(shadows.isQuiet)
    }

    @Test func repliesOfOneTurnBeyondTheBoundAreShed() throws {
        let shadows = try ShadowHarness(ShadowFixture(inFlightMaximum: 64))
        shadows.shadow.isOpen = false
        for _ in 0..<100 { _ = shadows.harness.send(ShadowHarness.cart) }
        #expect(shadows.results() == [.shed: 100 - UInt64(ShadowTable.waitingMaximum)])
        shadows.worker.startShadows()
        shadows.shadow.isOpen = true
        try shadows.collect()
        #expect(shadows.results()[.compared] == 64)
        #expect(shadows.isQuiet)
    }

    @Test func hungShadowsTakeNoRoomFromLiveRequests() throws {
        let shadows = try ShadowHarness(livePool: true)
        shadows.shadow.isOpen = false
        for _ in 0..<8 {
            _ = shadows.harness.send(ShadowHarness.cart)
            try shadows.harness.deliver(1)
            shadows.worker.startShadows()
        }
        #expect(shadows.worker.decisions.keptCount == 8)
        shadows.live.isOpen = false
        for _ in 0..<DecisionTable.countMaximum {
            #expect(shadows.harness.send(ShadowHarness.cart).ticket != nil)
        }
        #expect(shadows.harness.send(ShadowHarness.cart).answer?.status == 503)
        shadows.live.isOpen = true
        shadows.shadow.isOpen = true
        try shadows.harness.deliver(DecisionTable.countMaximum)
        shadows.worker.startShadows()
        try shadows.collect()
        #expect(shadows.isQuiet)
    }

    @Test func aSnapshotIsLetGoOnceItsShadowsHaveEnded() throws {
        let shadows = try ShadowHarness()
        weak let old = shadows.worker.state.snapshot
        shadows.shadow.isOpen = false
        shadows.send()
        try shadows.harness.adopt(shadows.fixture)
        shadows.worker.tick()
        #expect(old != nil)
        shadows.shadow.isOpen = true
        try shadows.collect()
        shadows.worker.tick()
        shadows.fixture.prices[2].shadow?.pool.dropReaders()
        #expect(shadows.harness.isReleased { old })
        #expect(shadows.results() == [.compared: 1])
        try shadows.compare()
        #expect(shadows.results() == [.compared: 2])
    }

    /// The handler reads on in the request, whose memory stays.
    @Test func aHungShadowLetsTheServingStateGo() throws {
        let shadows = try ShadowHarness()
        weak let old = shadows.worker.state
        shadows.shadow.isOpen = false
        shadows.send()
        while shadows.shadow.callCount == 0 { usleep(100) }
        try shadows.harness.adopt(shadows.fixture)
        shadows.worker.tick()
        #expect(old != nil)
        shadows.harness.clock.advance(milliseconds: 201)
        shadows.worker.tick()
        #expect(shadows.harness.isReleased { old })
        #expect(!shadows.isQuiet)
        shadows.shadow.isOpen = true
        try shadows.collect()
        #expect(shadows.isQuiet)
        #expect(shadows.results() == [.late: 1])
    }

    /// The catalog of the state that has no shadow may give its cells to others.
    @Test func aShadowMayBeRemovedWhileItsCallsAreInFlight() throws {
        let shadows = try ShadowHarness()
        shadows.shadow.isOpen = false
        for _ in 0..<4 { shadows.send() }
        _ = shadows.harness.send(ShadowHarness.cart)
        var fixture = shadows.fixture
        fixture.prices.removeLast()
        fixture.weights = [0, 10_000]
        fixture.recommendations.removeLast()
        try shadows.harness.adopt(fixture)
        shadows.worker.startShadows()
        #expect(shadows.send()?.rung == "assigned")
        shadows.shadow.isOpen = true
        try shadows.collect()
        #expect(shadows.shadow.callCount == 5)
        #expect(shadows.send()?.rung == "assigned")
        #expect(shadows.isQuiet)
    }

    /// Faults, late answers, publications and ticks in random order.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func countsAddUp(seed: UInt64) throws {
        let shadows = try ShadowHarness(ShadowFixture(inFlightMaximum: 4), livePool: seed % 2 == 0)
        var random = SeededGenerator(seed: seed)
        var answered: UInt64 = 0
        for _ in 0..<300 {
            switch random.next() % 10 {
            case 0...4: if shadows.harness.send(ShadowHarness.cart).answer != nil { answered += 1 }
            case 5: shadows.shadow.mode = FakeControl.Mode.allCases[Int(random.next() % 5)]
            case 6: shadows.shadow.isOpen.toggle()
            case 7: shadows.harness.clock.advance(milliseconds: random.next() % 60)
            case 8: random.next() % 2 == 0 ? shadows.worker.tick() : shadows.worker.startShadows()
            default:
                shadows.worker.expirePendingCalls()
                shadows.harness.deliverWhatCame()
            }
            answered += UInt64(shadows.harness.takeAnswers().count)
        }
        shadows.shadow.isOpen = true
        shadows.worker.startShadows()
        try shadows.collect()
        shadows.harness.clock.advance(milliseconds: 60)
        shadows.worker.expirePendingCalls()
        answered += UInt64(shadows.harness.takeAnswers().count)
        shadows.worker.startShadows()
        try shadows.collect()
        try shadows.harness.deliverRest()
        #expect(shadows.results().values.reduce(0, +) == answered, "seed \(seed)")
        #expect(shadows.isQuiet, "seed \(seed)")
    }
}
