// SPDX-License-Identifier: Apache-2.0
import CSluice
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import PluginHost

@Suite struct HandlerPoolTests {
    private let snapshot = SyntheticSnapshot()

    @Test func deliversEveryCallOnce() throws {
        let endings = Endings()
        let pool = endings.pool(threads: 3, queueCapacity: 64)
        let binding = try Fixture.binding("", of: Fixture.handler(), snapshot)
        let calls = (0..<64).map { _ in PriceCall(lines: 2) }
        for call in calls { #expect(pool.submit(call.call, binding: binding)) }
        #expect(endings.wait(64).allSatisfy { $0.status == 0 })
        #expect(Set(endings.all.map { ObjectIdentifier($0.call) }).count == 64)
        #expect(calls.allSatisfy { $0.call.isIdle && $0.call.prices[1].unitPriceMinor == 200 })
        #expect(pool.queuedCount == 0)
    }

    @Test func refusesWhenTheQueueIsFull() throws {
        let endings = Endings()
        let pool = endings.pool(threads: 1, queueCapacity: 2)
        let binding = try Fixture.binding("until cancelled", of: Fixture.handler(), snapshot)
        let calls = (0..<4).map { _ in PriceCall(lines: 1) }
        #expect(pool.submit(calls[0].call, binding: binding))
        waitUntil { pool.busyCount == 1 && pool.queuedCount == 0 }
        #expect(pool.submit(calls[1].call, binding: binding))
        #expect(pool.submit(calls[2].call, binding: binding))
        #expect(!pool.submit(calls[3].call, binding: binding))
        #expect(calls[3].call.isIdle)
        for call in calls { pool.abandon(call.call) }
        #expect(endings.wait(3).allSatisfy { $0.status == HandlerStatus.cancelled.rawValue })
    }

    @Test func abandonedCallsKeepTheirSlotUntilTheyReturn() throws {
        let endings = Endings()
        let pool = endings.pool(threads: 2, queueCapacity: 8)
        let binding = try Fixture.binding("pending", of: Fixture.handler(), snapshot)
        let waiting = try Fixture.binding("until cancelled", of: Fixture.handler(), snapshot)
        let parked = PriceCall(lines: 1)
        #expect(pool.submit(parked.call, binding: binding))
        waitUntil { parked.call.currentPhase.place == .pending }
        #expect(pool.abandon(parked.call))
        #expect(!pool.abandon(parked.call))
        #expect(pool.abandonedCount == 1)
        #expect(!pool.isStuck)
        #expect(!parked.call.isIdle)
        let running = PriceCall(lines: 1)
        #expect(pool.submit(running.call, binding: waiting))
        waitUntil { running.call.currentPhase.place == .executing }
        #expect(pool.abandon(running.call))
        _ = endings.wait(1)
        #expect(complete(parked.call, binding, .ok) == .ok)
        _ = endings.wait(2)
        #expect(pool.abandonedCount == 0)
        #expect(pool.abandonedTotal == 2)
        #expect(!pool.isStuck)
        #expect(!pool.abandon(parked.call))
    }

    @Test func isStuckWhileHalfOfItsThreadsAreInAbandonedCalls() throws {
        let endings = Endings()
        let pool = endings.pool(threads: 2, queueCapacity: 2)
        let binding = try Fixture.binding("sleeps", of: Fixture.handler(), snapshot)
        let price = PriceCall(lines: 1)
        #expect(pool.submit(price.call, binding: binding))
        waitUntil { price.call.currentPhase.place == .executing }
        #expect(!pool.isStuck)
        #expect(pool.abandon(price.call))
        #expect(pool.isStuck)
        _ = endings.wait(1)
        #expect(!pool.isStuck)
    }

    @Test(arguments: [
        ("completes later", 0 as UInt64), ("completes early", 0), ("completes twice", 1),
        ("completes and answers", 1),
    ])
    func countsStrayCompletions(behaviour: String, stray: UInt64) throws {
        let endings = Endings()
        let pool = endings.pool(threads: 2, queueCapacity: 8)
        let handler = try Fixture.handler()
        let binding = try Fixture.binding(behaviour, of: handler, snapshot)
        let price = PriceCall(lines: 2)
        for round in 1...20 {
            price.call.reset()
            let fresh = PriceCall(lines: 2)
            #expect(pool.submit(fresh.call, binding: binding))
            #expect(endings.wait(round).last?.status == 0)
            #expect(fresh.call.prices.map(\.unitPriceMinor) == [100, 200])
        }
        waitUntil { handler.state.completions.strayCount == stray * 20 }
        #expect(handler.state.completions.strayCount == stray * 20)
    }

    @Test func forgedAndLateHandlesDoNothing() throws {
        let endings = Endings()
        let pool = endings.pool(threads: 1, queueCapacity: 8)
        let handler = try Fixture.handler()
        let binding = try Fixture.binding("pending", of: handler, snapshot)
        let price = PriceCall(lines: 1)
        #expect(pool.submit(price.call, binding: binding))
        waitUntil { price.call.currentPhase.place == .pending }
        let handle = price.call.request.pointee.handle
        for forged in [0, 1, .max, handle + 1, handle ^ 1 << 16, handle & 0xffff] {
            #expect(complete(forged, handler, .ok) == .notFound)
        }
        #expect(endings.all.isEmpty)
        #expect(complete(handle, handler, .unavailable) == .ok)
        #expect(endings.wait(1)[0].status == HandlerStatus.unavailable.rawValue)
        #expect(complete(handle, handler, .ok) == .notFound)
        #expect(handler.state.completions.strayCount == 7)
    }

    @Test func incompletePendingReplyIsAnError() throws {
        let endings = Endings()
        let pool = endings.pool(threads: 1, queueCapacity: 8)
        let handler = try Fixture.handler()
        let binding = try Fixture.binding("pending", of: handler, snapshot)
        let price = PriceCall(lines: 1)
        #expect(pool.submit(price.call, binding: binding))
        waitUntil { price.call.currentPhase.place == .pending }
        _ = complete(price.call, binding, .ok)
        #expect(endings.wait(1)[0].status == HandlerStatus.internal.rawValue)
        #expect(price.call.replyFault == .incomplete)
    }

    @Test func serialModelsRunOneCallAtATime() throws {
        let endings = Endings()
        let pool = endings.pool(threads: 4, queueCapacity: 128)
        let handler = try Fixture.handler("THREADING=SLUICE_THREADING_SERIAL")
        let bindings = try (0..<2).map { _ in
            try Fixture.binding("one at a time", of: handler, snapshot)
        }
        let calls = (0..<100).map { _ in PriceCall(lines: 1) }
        for (index, call) in calls.enumerated() {
            #expect(pool.submit(call.call, binding: bindings[index % 2]))
        }
        #expect(endings.wait(100).allSatisfy { $0.status == 0 })
    }

    @Test func makesOneReaderForEachThreadAndSnapshot() throws {
        let counts = ReaderCounts()
        let endings = Endings()
        let pool = endings.pool(
            threads: 1,
            queueCapacity: 8,
            readers: ReaderProvider(
                make: {
                    counts.made.withLock { $0 += 1 }; return Endings.readers.make($0)
                },
                release: { _ in counts.released.withLock { $0 += 1 } }
            )
        )
        let handler = try Fixture.handler()
        let bindings = try (0..<3).map { _ in
            try Fixture.binding("", of: handler, SyntheticSnapshot())
        }
        for (index, which) in [0, 0, 1, 0, 1, 2].enumerated() {
            let price = PriceCall(lines: 1)
            #expect(pool.submit(price.call, binding: bindings[which]))
            _ = endings.wait(index + 1)
        }
        #expect(counts.made.withLock { $0 } == 3)
        #expect(counts.released.withLock { $0 } == 1)
        pool.dropReaders()
        waitUntil { counts.released.withLock { $0 } == 3 }
        #expect(counts.released.withLock { $0 } == 3)
    }

    /// A wake-up that one thread takes twice must not leave another with the reader of an old snapshot.
    @Test func everyIdleThreadLetsGoOfItsReader() throws {
        let counts = ReaderCounts()
        let endings = Endings()
        let threads = 8
        let pool = endings.pool(
            threads: threads,
            queueCapacity: threads,
            readers: ReaderProvider(
                make: {
                    counts.made.withLock { $0 += 1 }; return Endings.readers.make($0)
                },
                release: { _ in counts.released.withLock { $0 += 1 } }
            )
        )
        let binding = try Fixture.binding("until cancelled", of: Fixture.handler(), snapshot)
        for round in 1...3 {
            let calls = (0..<threads).map { _ in PriceCall(lines: 1) }
            for call in calls { #expect(pool.submit(call.call, binding: binding)) }
            waitUntil { pool.busyCount == threads }
            for call in calls { pool.abandon(call.call) }
            _ = endings.wait(round * threads)
            pool.dropReaders()
            waitUntil { counts.released.withLock { $0 } == round * threads }
            #expect(counts.made.withLock { $0 } == round * threads)
            #expect(counts.released.withLock { $0 } == round * threads)
        }
    }

    @Test func withoutAReaderTheCallIsUnavailable() throws {
        let endings = Endings()
        let pool = endings.pool(
            threads: 1,
            queueCapacity: 1,
            readers: ReaderProvider(make: { _ in nil }, release: { _ in })
        )
        let binding = try Fixture.binding("", of: Fixture.handler(), snapshot)
        let price = PriceCall(lines: 1)
        #expect(pool.submit(price.call, binding: binding))
        #expect(endings.wait(1)[0].status == HandlerStatus.unavailable.rawValue)
    }

    private func complete(
        _ call: HandlerCall,
        _ binding: ModelBinding,
        _ status: HandlerStatus
    ) -> HandlerStatus {
        complete(call.request.pointee.handle, binding.model.handler, status)
    }

    private func complete(
        _ handle: UInt64,
        _ handler: HandlerRegistration,
        _ status: HandlerStatus
    ) -> HandlerStatus {
        let host = handler.host.pointer
        return HandlerStatus(rawValue: host.pointee.complete(host, handle, status.rawValue))
    }
}

private final class ReaderCounts: Sendable {
    let made = Mutex(0)
    let released = Mutex(0)
}

/// What a pool has delivered.
final class Endings: Sendable {
    private let delivered = Mutex<[(call: HandlerCall, status: Int32)]>([])

    static let readers = ReaderProvider(
        make: { Unmanaged.passUnretained($0 as AnyObject).toOpaque() },
        release: { _ in }
    )

    var all: [(call: HandlerCall, status: Int32)] { delivered.withLock { $0 } }

    func append(_ call: HandlerCall, _ status: Int32) {
        delivered.withLock { $0.append((call, status)) }
    }

    func pool(
        threads: Int,
        queueCapacity: Int,
        readers: ReaderProvider = Endings.readers
    ) -> HandlerPool {
        HandlerPool(
            name: "test",
            threads: threads,
            queueCapacity: queueCapacity,
            readers: readers,
            completion: { self.append($0, $1) }
        )
    }

    func wait(_ count: Int) -> [(call: HandlerCall, status: Int32)] {
        waitUntil { self.all.count >= count }
        return all
    }
}

/// Gives another thread time to reach a state; the test then looks whether it did.
func waitUntil(_ condition: () -> Bool) {
    let deadline = Date(timeIntervalSinceNow: 120)
    while !condition(), Date() < deadline { usleep(500) }
}
