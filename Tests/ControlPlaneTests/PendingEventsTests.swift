// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import ControlPlane

struct PendingEventsTests {
    @Test func nothingThatIsAskedForIsDropped() {
        var pending = PendingEvents()
        for _ in 0..<1_000 { pending.add(.lookForSnapshot) }
        pending.add(.reload)
        pending.add(.demote(ordinal: 1))
        pending.add(.reload)
        pending.add(.demote(ordinal: 2))
        var taken: [PendingEvents.Event] = []
        while let event = pending.takeNext() { taken.append(event) }
        #expect(taken == [.lookForSnapshot, .reload, .demote(ordinal: 1), .demote(ordinal: 2)])
    }

    @Test func whatIsAskedForWhileItIsHandledIsHandledOnceMore() {
        var pending = PendingEvents()
        pending.add(.reload)
        #expect(pending.takeNext() == .reload)
        pending.add(.reload)
        #expect(pending.takeNext() == .reload)
        #expect(pending.takeNext() == nil)
    }
}
