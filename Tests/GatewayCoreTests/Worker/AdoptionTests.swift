// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayFixtures
import PluginHost
import Testing
import Traffic

@testable import GatewayCore

struct AdoptionTests {
    private let control = FakeControl(percent: 80)
    private static let cart = RequestFixture.prices([("P001", 1)])

    @Test func pendingCallsKeepTheOldSnapshotAndNewRequestsGetTheNewOne() throws {
        let completions = Completions()
        var fixture = StateFixture()
        fixture.prices = [
            try .fake("1", "price", control, pool: completions.makePool(threads: 1))
        ]
        let harness = try WorkerHarness(fixture, completions)
        weak let old = harness.worker.state.snapshot
        let oldID = try #require(old).id
        control.isOpen = false
        _ = harness.send(Self.cart)
        try harness.adopt(fixture)
        let newID = harness.worker.state.snapshot.id
        #expect(newID != oldID)
        _ = harness.send(Self.cart)
        #expect(old != nil)
        control.isOpen = true
        try harness.deliver(2)
        #expect(Set(harness.answers.map(\.answer.snapshot)) == [oldID, newID])
        fixture.prices[0].pool?.dropReaders()
        #expect(harness.isReleased { old })
    }

    @Test func anIdleWorkerLetsTheOldSnapshotGo() throws {
        var fixture = StateFixture()
        fixture.prices = [try .fake("1", "price", control)]
        fixture.recommendations = [try .fake("1", "recommend", control)]
        let harness = try WorkerHarness(fixture)
        for _ in 0..<3 {
            try harness.price()
            try harness.recommend()
        }
        weak let old = harness.worker.state.snapshot
        try harness.adopt(fixture)
        #expect(harness.isReleased { old })
    }

    /// The pending request's version has an ordinal the new state does not know.
    @Test func aPendingCallOutlivesItsModel() throws {
        let completions = Completions()
        var fixture = StateFixture()
        fixture.prices = [try .fake("1", "price", control)]
        let list = FakeControl(firstRow: 50)
        fixture.recommendations = [
            try .fake("1", "recommend", list),
            try .fake("2", "recommend", list, pool: completions.makePool()),
        ]
        let harness = try WorkerHarness(fixture, completions)
        list.isOpen = false
        let request = RequestFixture.recommendations("shop=demo&session_id=s&product_id=P005")
        #expect(harness.send(request).ticket != nil)
        fixture.recommendations = []
        try harness.adopt(fixture)
        list.isOpen = true
        harness.clock.advance(milliseconds: 39)
        harness.worker.expirePendingCalls()
        #expect(harness.answers.map(\.answer.rung) == ["stable"])
        #expect(harness.send(request).answer?.status == 404)
        try harness.deliver(1)
        #expect(harness.answers.count == 1)
    }

    @Test func breakersOutliveASnapshot() throws {
        var fixture = StateFixture()
        fixture.prices = [try .fake("1", "price", control)]
        let harness = try WorkerHarness(fixture)
        control.mode = .fail
        for _ in 0..<5 { try harness.price() }
        try harness.adopt(fixture)
        #expect(try harness.price().reason == "breaker_open")
    }
}
