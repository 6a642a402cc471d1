// SPDX-License-Identifier: Apache-2.0
import CSluice
import Foundation
import Synchronization
import Testing

@testable import PluginHost

/// Isolated execution through real worker processes.
@Suite(.serialized) struct IsolationTests {
    @Test func answersLikeTheHandlerItself() throws {
        let fixture = try IsolatedFixture("services")
        let price = PriceCall(lines: 3)
        #expect(fixture.execute(price) == .ok)
        #expect(price.call.prices.map(\.unitPriceMinor) == [100, 200, 300])
        #expect(fixture.model.description.platform == "test")
        #expect(fixture.model.status.state == .ready)
        waitUntil { fixture.model.metrics.read().contains { $0.reading == .counter(2) } }
        #expect(
            fixture.model.metrics.read().map(\.name) == [
                "sluice_plugin_fixture_answers", "sluice_plugin_fixture_work_ns",
            ]
        )
        #expect(Set(fixture.log.all).isSuperset(of: ["load", "bind", "warm_up"]))
    }

    @Test func carriesWordsThatOutliveTheReply() throws {
        let fixture = try IsolatedFixture("real")
        let price = PriceCall(lines: 1)
        #expect(fixture.execute(price) == .ok)
        let answer = price.call.prices[0]
        #expect(answer.unitPriceMinor == 12)
        #expect(answer.ruleCount == 2)
        let rules = [answer.rules.0, answer.rules.1].map {
            String(decoding: UnsafeRawBufferPointer($0), as: UTF8.self)
        }
        #expect(rules == ["one", "two"])
    }

    @Test(arguments: [
        ("set twice", ReplyFault.setTwice), ("line beyond", .outOfRange),
        ("not a number", .notFinite), ("negative", .negative), ("overflow line", .overflow),
        ("unknown form", .malformed), ("incomplete", .incomplete), ("quoted rule", .invalidWord),
        ("five rules", .malformed),
    ])
    func refusesWhatItRefusesInThisProcess(behaviour: String, fault: ReplyFault) throws {
        let fixture = try IsolatedFixture(behaviour)
        let price = PriceCall(lines: 2, quantity: 2)
        #expect(fixture.execute(price)?.verdict == .failure)
        #expect(price.call.replyFault == fault)
    }

    @Test(arguments: [
        ("says why", HandlerStatus.notFound), ("refuses all", .unavailable),
        ("completes later", .ok), ("completes twice", .ok), ("completes early", .ok),
    ])
    func endsEveryCallOnce(behaviour: String, status: HandlerStatus) throws {
        let fixture = try IsolatedFixture(behaviour)
        for _ in 0..<5 {
            let price = PriceCall(lines: 2)
            #expect(fixture.execute(price) == status)
            #expect(fixture.endings.statuses(of: price.call).count == 1)
        }
        #expect(fixture.endings.count == 5)
        #expect(fixture.model.status.callsInFlight == 0)
    }

    /// Threads that look for replies themselves, and one that leaves that to the supervisor: whoever
    /// finds a reply ends its call, and none is left lying.
    @Test func noReplyIsLostBetweenThoseWhoLookForIt() throws {
        let fixture = try IsolatedFixture("real")
        let callCount = 300
        DispatchQueue.concurrentPerform(iterations: 3) { thread in
            let price = PriceCall(lines: 1)
            for _ in 0..<callCount {
                #expect(fixture.binding.submit(price.call))
                if thread > 0 { _ = fixture.binding.awaitEnd(nanoseconds: UInt64(thread) * 5_000) }
                waitUntil { price.call.isIdle }
                price.begin(lines: 1)
            }
        }
        waitUntil { fixture.endings.count == 3 * callCount }
        #expect(fixture.endings.count == 3 * callCount)
        #expect(fixture.model.status.strayReplyCount == 0)
    }

    @Test func messagesArrive() throws {
        let fixture = try IsolatedFixture("says why")
        let price = PriceCall(lines: 1)
        #expect(fixture.execute(price) == .notFound)
        #expect(String(decoding: price.call.messageText, as: UTF8.self) == "never sold")
    }

    @Test func everyWayOutOfTheSandboxIsShut() throws {
        let fixture = try IsolatedFixture("ways out")
        let price = PriceCall(lines: 1)
        #expect(fixture.execute(price) == .ok)
        let report = fixture.model.status.sandbox
        #expect(price.call.prices.first?.unitPriceMinor == 0, "\(report)")
        #expect(report.active.contains("seccomp"), "\(report)")
    }

    @Test(arguments: [
        ("load fails", PluginError.Code.loadFailed, "no such rule"),
        ("describe fails", .describeFailed, "cannot"),
        ("describe lies", .describeFailed, "inputs"),
    ])
    func aRefusalComesThroughInItsWords(
        behaviour: String,
        code: PluginError.Code,
        words: String
    ) throws {
        let error = #expect(throws: PluginError.self) { try IsolatedFixture(behaviour) }
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func aSnapshotTheModelRefusesIsRefused() throws {
        let error = #expect(throws: PluginError.self) { try IsolatedFixture("bind fails") }
        #expect(error?.code == .bindFailed)
        #expect(error?.message.contains("list_price") == true)
    }

    @Test func aKilledWorkerEndsItsCallsAtOnceAndComesBack() throws {
        let fixture = try IsolatedFixture("until cancelled")
        for round in 1...5 {
            fixture.waitUntilReady(after: round)
            let calls = (0..<8).map { _ in PriceCall(lines: 1) }
            for price in calls { #expect(fixture.binding.submit(price.call)) }
            #expect(fixture.model.status.callsInFlight == 8)
            kill(try #require(fixture.model.status.processIdentifier), SIGKILL)
            for price in calls {
                #expect(fixture.endings.waitForEnd(of: price.call) == .unavailable)
                #expect(fixture.endings.statuses(of: price.call).count == 1)
            }
        }
        fixture.waitUntilReady(after: 6)
        #expect(fixture.news.ends == Array(repeating: .crashed, count: 5))
    }

    @Test func anAbandonedCallIsCancelledInTheWorker() throws {
        let fixture = try IsolatedFixture("until cancelled")
        let price = PriceCall(lines: 1)
        #expect(fixture.binding.submit(price.call))
        fixture.binding.abandon(price.call)
        #expect(fixture.endings.waitForEnd(of: price.call) == .cancelled)
        #expect(fixture.model.status.endCounts.isEmpty)
    }

    @Test func aHungCallIsKilledAfterDeadlineAndGrace() throws {
        let fixture = try IsolatedFixture("hangs")
        let price = PriceCall(lines: 1)
        price.call.request.pointee.deadline_ns = MonotonicClock.nanoseconds + 10_000_000
        #expect(fixture.execute(price) == .unavailable)
        fixture.waitUntilReady(after: 2)
        #expect(fixture.news.ends == [.hung])
    }

    @Test func aLeakEndsAtTheMemoryLimit() throws {
        var settings = IsolatedFixture.eager
        settings.memoryBytes = 160 << 20
        let fixture = try IsolatedFixture("hogs", settings: settings)
        for _ in 0..<200 where fixture.news.ends.isEmpty {
            _ = fixture.execute(PriceCall(lines: 1))
        }
        fixture.waitUntilReady(after: 2)
        #expect(fixture.news.ends.first == .memory)
    }

    @Test func aCrashLoopEndsInQuarantineAndOneTrial() throws {
        var settings = IsolatedFixture.eager
        settings.crashLoopCount = 3
        settings.quarantineNanoseconds = 50_000_000
        let fixture = try IsolatedFixture("crash", settings: settings)
        for round in 1...3 {
            fixture.waitUntilReady(after: round)
            _ = fixture.execute(PriceCall(lines: 1))
            waitUntil { fixture.news.ends.count == round }
        }
        waitUntil { fixture.news.readyCount == 4 }
        // The trial: one more end and it is back in quarantine.
        waitUntil { fixture.model.status.state == .ready }
        _ = fixture.execute(PriceCall(lines: 1))
        waitUntil { fixture.news.ends.count == 4 }
        #expect(fixture.news.ends.count == 4)
        #expect(fixture.model.status.endCounts == [.crashed: 4])
        #expect(fixture.model.status.lastEnd?.contains("crashed") == true)
    }

    @Test func aQueueWithoutAWorkerSaysThatNothingRuns() throws {
        var settings = IsolatedFixture.eager
        settings.crashLoopCount = 1
        settings.quarantineNanoseconds = 3_600_000_000_000
        let fixture = try IsolatedFixture("crash", settings: settings)
        _ = fixture.execute(PriceCall(lines: 1))
        waitUntil { fixture.binding.isStuck }
        let price = PriceCall(lines: 1)
        #expect(!fixture.binding.submit(price.call))
        #expect(price.call.refusal == .unavailable)
    }

    @Test func someSnapshotsServeUntilTheOldOnesAreLetGo() throws {
        let fixture = try IsolatedFixture("")
        var next: [IsolatedBinding] = try (1..<ModelLifecycle.bindingsMax).map { _ in
            try fixture.model.bind(
                SyntheticSnapshot.reference,
                keepingAlive: SyntheticSnapshot()
            )
        }
        let price = PriceCall(lines: 1)
        #expect(next.last?.submit(price.call) == true)
        #expect(fixture.endings.waitForEnd(of: price.call) == .ok)
        // A model is bound to so many snapshots at most; the worker says so in the model's words.
        let error = #expect(throws: PluginError.self) {
            try fixture.model.bind(
                SyntheticSnapshot.reference,
                keepingAlive: SyntheticSnapshot()
            )
        }
        #expect(error?.code == .illegalOrder)
        next.removeAll()
        waitUntil { fixture.log.all.contains("unbind") }
        #expect(fixture.log.all.contains("unbind"))
    }

    /// A worker that is not sound: whatever is in the shared memory, nothing but its calls fails.
    @Test(arguments: [1 as UInt64, 2, 3, 4])
    func garbageInTheRingsNeverHarmsTheHost(seed: UInt64) throws {
        let fixture = try IsolatedFixture("")
        let memory = fixture.model.supervisor.memory
        let scribbler = Thread {
            var random = SeededGenerator(seed: seed)
            for _ in 0..<400 {
                Self.scribble(memory, &random)
                usleep(random.next() % 4 == 0 ? 200 : 0)
            }
        }
        scribbler.start()
        var ended = 0
        while !scribbler.isFinished {
            let price = PriceCall(lines: 2)
            price.call.request.pointee.deadline_ns = MonotonicClock.nanoseconds + 5_000_000
            guard fixture.binding.submit(price.call) else { continue }
            #expect(fixture.endings.waitForEnd(of: price.call) != nil, "seed \(seed)")
            #expect(fixture.endings.statuses(of: price.call).count == 1, "seed \(seed)")
            ended += 1
        }
        waitUntil { fixture.model.status.callsInFlight == 0 }
        #expect(fixture.endings.count == ended, "seed \(seed)")
    }

    private static func scribble(_ memory: RingMemory, _ random: inout SeededGenerator) {
        let layout = memory.layout
        switch random.next() % 3 {
        case 0:
            let cell = Int(random.next() % UInt64(layout.ringCells))
            memory.cells(at: layout.replyRing)[cell].store(random.next(), ordering: .relaxed)
        case 1:
            memory.flag(at: layout.hostSleeps).pointee.store(
                UInt32(truncatingIfNeeded: random.next()),
                ordering: .relaxed
            )
        default:
            let reply = memory.reply(Int(random.next() % 4))
            let offset = Int(random.next() % 128) * 4
            reply.storeBytes(
                of: UInt32(truncatingIfNeeded: random.next()),
                toByteOffset: offset,
                as: UInt32.self
            )
        }
    }
}
