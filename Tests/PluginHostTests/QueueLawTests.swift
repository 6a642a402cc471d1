// SPDX-License-Identifier: Apache-2.0
import Foundation
import Synchronization
import Testing

@testable import PluginHost

/// A pool of one thread under a law that says what a test wants.
struct QueueLawTests {
    private let snapshot = SyntheticSnapshot()
    private let law = FakeLaw()
    private let endings = Endings()

    private func pool(threads: Int = 1) -> HandlerPool {
        HandlerPool(
            name: "law",
            threads: threads,
            queueCapacity: 8,
            law: law,
            readers: Endings.readers,
            completion: { endings.append($0, $1) }
        )
    }

    @Test func whatTheLawRefusesStaysWithItsOwner() throws {
        let pool = pool()
        law.admits.store(false, ordering: .relaxed)
        let call = PriceCall(lines: 1)
        let binding = try Fixture.binding("", of: Fixture.handler(), snapshot)
        #expect(!pool.submit(call.call, binding: binding))
        #expect(call.call.isIdle)
        #expect(call.call.refusal == .predicted)
        law.admits.store(true, ordering: .relaxed)
        #expect(pool.submit(call.call, binding: binding))
        #expect(endings.wait(1)[0].status == 0)
        #expect(call.call.refusal == nil)
    }

    @Test func whatIsTooLateForAThreadEndsUnrun() throws {
        let pool = pool()
        law.admitsExecution.store(false, ordering: .relaxed)
        let call = PriceCall(lines: 1)
        let binding = try Fixture.binding("", of: Fixture.handler(), snapshot)
        #expect(pool.submit(call.call, binding: binding))
        #expect(endings.wait(1)[0].status == HandlerStatus.cancelled.rawValue)
        #expect(call.call.refusal == .late)
        #expect(HandlerStatus.cancelled.verdict == .ignored)
        #expect(pool.queuedCount == 0)
    }

    @Test func theNewestRunsFirstWhileTheQueueStands() throws {
        let order = try order(newestFirst: true, of: Fixture.handler())
        #expect(order == [0, 3, 2, 1])
    }

    @Test func theOldestRunsFirstOtherwise() throws {
        let order = try order(newestFirst: false, of: Fixture.handler())
        #expect(order == [0, 1, 2, 3])
    }

    @Test func aSerialModelKeepsItsOrder() throws {
        let handler = try Fixture.handler("THREADING=SLUICE_THREADING_SERIAL")
        #expect(try order(newestFirst: true, of: handler) == [0, 1, 2, 3])
    }

    @Test func queuedAndAbandonedCallsDoNotCountAsWaiting() throws {
        let pool = pool()
        let handler = try Fixture.handler()
        let blocking = try Fixture.binding("until cancelled", of: handler, snapshot)
        let calls = (0..<4).map { _ in PriceCall(lines: 1) }
        #expect(pool.submit(calls[0].call, binding: blocking))
        waitUntil { pool.busyCount == 1 && pool.queuedCount == 0 }
        for call in calls[1...2] { #expect(pool.submit(call.call, binding: blocking)) }
        #expect(law.ahead.load(ordering: .relaxed) == 2)
        for call in calls[1...2] { #expect(pool.abandon(call.call)) }
        #expect(pool.submit(calls[3].call, binding: blocking))
        #expect(law.ahead.load(ordering: .relaxed) == 1)
        for call in calls { pool.abandon(call.call) }
        #expect(endings.wait(4).count == 4)
    }

    /// The order in which four calls end, of which the first blocks the thread until all have come.
    private func order(
        newestFirst: Bool,
        of handler: HandlerRegistration
    ) throws -> [Int] {
        law.newestFirst.store(newestFirst, ordering: .relaxed)
        let pool = pool()
        let blocking = try Fixture.binding("until cancelled", of: handler, snapshot)
        let binding = try Fixture.binding("", of: handler, snapshot)
        let calls = (0..<4).map { _ in PriceCall(lines: 1) }
        #expect(pool.submit(calls[0].call, binding: blocking))
        waitUntil { pool.busyCount == 1 && pool.queuedCount == 0 }
        for call in calls[1...] { #expect(pool.submit(call.call, binding: binding)) }
        pool.abandon(calls[0].call)
        let ended = endings.wait(4).map { ObjectIdentifier($0.call) }
        return ended.compactMap { id in calls.firstIndex { ObjectIdentifier($0.call) == id } }
    }
}

private final class FakeLaw: QueueLaw {
    let admits = Atomic(true)
    let admitsExecution = Atomic(true)
    let newestFirst = Atomic(false)
    let ahead = Atomic(0)

    var nowNanoseconds: UInt64 { 1 }
    var takesNewestFirst: Bool { newestFirst.load(ordering: .relaxed) }

    func admits(ahead: Int, deadline: UInt64, now: UInt64) -> Bool {
        self.ahead.store(ahead, ordering: .relaxed)
        return admits.load(ordering: .relaxed)
    }

    func admitsExecution(queuedAt: UInt64, deadline: UInt64, now: UInt64) -> Bool {
        admitsExecution.load(ordering: .relaxed)
    }

    func executed(nanoseconds: UInt64) {}
}
