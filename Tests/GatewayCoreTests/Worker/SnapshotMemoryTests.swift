// SPDX-License-Identifier: Apache-2.0
import GatewayFixtures
import Testing

@testable import GatewayCore

/// A pending request may end after its snapshot was replaced; the rungs that remember answers must
/// not carry rows and prices from one snapshot to the next, either way.
struct SnapshotMemoryTests {
    private let stable = FakeControl(percent: 90)
    private let assigned = FakeControl(percent: 80)
    private static let cart = RequestFixture.prices([("P001", 1)])

    private func harness() throws -> WorkerHarness {
        let completions = Completions()
        return try WorkerHarness(
            fixture(assigned: .fake("2", "price", assigned, pool: completions.makePool())),
            completions
        )
    }

    private func fixture(assigned version: VersionFixture) throws -> StateFixture {
        var fixture = StateFixture()
        fixture.prices = [try .fake("1", "price", stable), version]
        return fixture
    }

    @Test func anAnswerFromTheOldSnapshotIsNotRememberedForTheNew() throws {
        let harness = try harness()
        assigned.isOpen = false
        #expect(harness.send(Self.cart).ticket != nil)
        try harness.adopt(fixture(assigned: .fake("2", "price", stable)))
        assigned.isOpen = true
        try harness.deliver(1)
        #expect(harness.answers.map(\.answer.rung) == ["assigned"])
        stable.mode = .fail
        #expect(try harness.price().rung == "base_price")
    }

    @Test func anOldRequestIsNotAnsweredFromTheNewSnapshotsMemory() throws {
        let harness = try harness()
        assigned.isOpen = false
        #expect(harness.send(Self.cart).ticket != nil)
        try harness.adopt(fixture(assigned: .fake("2", "price", stable)))
        #expect(try harness.price().rung == "assigned")
        stable.mode = .fail
        #expect(try harness.price().rung == "last_known_good")
        harness.clock.advance(milliseconds: 39)
        harness.worker.expirePendingCalls()
        #expect(harness.answers.map(\.answer.rung) == ["base_price"])
        assigned.isOpen = true
        try harness.deliverRest()
    }
}
