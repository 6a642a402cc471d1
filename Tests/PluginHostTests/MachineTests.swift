// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Testing

@testable import PluginHost

@Suite struct CallPhaseTests {
    private static let places: [CallPhase.Place] = [.idle, .queued, .executing, .pending]
    private static let all = places.flatMap { place in
        [false, true].map { CallPhase(place, isAbandoned: $0) }
    }

    @Test func bitsAreFaithful() {
        for phase in Self.all { #expect(CallPhase(bits: phase.bits) == phase) }
    }

    @Test func movesOnlyForward() {
        for phase in Self.all {
            let next = Self.places.filter { phase.moved(to: $0) != nil }
            switch phase.place {
            case .idle: #expect(next == [.queued])
            case .queued: #expect(next == (phase.isAbandoned ? [.idle] : [.idle, .executing]))
            case .executing: #expect(next == [.idle, .pending])
            case .pending: #expect(next == [.idle])
            }
        }
    }

    @Test func abandonsOnceAndOnlyWhatIsOnItsWay() {
        for phase in Self.all {
            let abandoned = phase.abandoned()
            #expect((abandoned == nil) == (phase.place == .idle || phase.isAbandoned))
            #expect(abandoned?.abandoned() == nil)
            #expect(phase.moved(to: .idle)?.isAbandoned != true)
        }
    }
}

@Suite struct InlineWatchTests {
    private let second: UInt64 = 1_000_000_000

    @Test func threeOverrunsWithinTheWindowDemote() {
        var watch = InlineWatch()
        for now in [0, 4, 9] {
            #expect(!watch.shouldDemote)
            watch.record(
                durationNanoseconds: InlineWatch.ceilingNanoseconds + 1,
                at: UInt64(now) * second
            )
        }
        #expect(watch.shouldDemote)
        watch.record(durationNanoseconds: 1, at: 100 * second)
        #expect(watch.shouldDemote)
    }

    @Test func oldOverrunsAreForgotten() {
        var watch = InlineWatch()
        for now in [0, 5, 11, 20, 27] {
            watch.record(
                durationNanoseconds: InlineWatch.ceilingNanoseconds * 2,
                at: UInt64(now) * second
            )
        }
        #expect(!watch.shouldDemote)
        watch.record(durationNanoseconds: InlineWatch.ceilingNanoseconds * 2, at: 29 * second)
        #expect(watch.shouldDemote)
    }

    @Test func oneOverrunAmongHundredsOfCallsIsTheMachines() {
        var watch = InlineWatch()
        for call in 0..<3_000 {
            let isOverrun = call % 200 == 0
            watch.record(
                durationNanoseconds: isOverrun ? 2 * InlineWatch.ceilingNanoseconds : 1,
                at: UInt64(call)
            )
        }
        #expect(!watch.shouldDemote)
    }

    @Test func timeUpToTheCeilingIsFine() {
        var watch = InlineWatch()
        for now in 0..<1_000 {
            watch.record(durationNanoseconds: InlineWatch.ceilingNanoseconds, at: UInt64(now))
        }
        #expect(!watch.shouldDemote)
    }

    @Test(arguments: [21, 22, 23] as [UInt64]) func agreesWithCountingAll(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var watch = InlineWatch()
        var overruns: [UInt64] = []
        var now: UInt64 = 0
        var expected = false
        for _ in 0..<500 {
            now += UInt64.random(in: 0...8 * second, using: &generator)
            let duration = UInt64.random(
                in: 0...2 * InlineWatch.ceilingNanoseconds,
                using: &generator
            )
            watch.record(durationNanoseconds: duration, at: now)
            if duration > InlineWatch.ceilingNanoseconds { overruns.append(now) }
            let recent = overruns.filter { now - $0 <= InlineWatch.windowNanoseconds }
            expected = expected || recent.count >= InlineWatch.overrunsMax
            #expect(watch.shouldDemote == expected, "seed \(seed)")
            if expected { (watch, overruns, expected) = (InlineWatch(), [], false) }
        }
    }
}

@Suite struct SmallPartsTests {
    @Test func arenaHandsOutAlignedPiecesUntilItIsFull() {
        let arena = CallArena(capacity: 256)
        let first = arena.allocate(1, alignment: 1)
        let second = arena.allocate(8, alignment: 64)
        #expect(first != nil)
        #expect(second.map { UInt(bitPattern: $0) % 64 } == 0)
        #expect(arena.allocate(185, alignment: 1) == nil)
        #expect(arena.allocate(184, alignment: 1) != nil)
        #expect(arena.allocate(1, alignment: 1) == nil)
        #expect(arena.allocate(0, alignment: 1) != nil)
        arena.reset()
        #expect(arena.allocate(256, alignment: 64) == first)
        for (size, alignment) in [(8, 3), (8, 128), (8, 0), (-1, 8), (Int.max, 8)] {
            arena.reset()
            #expect(arena.allocate(size, alignment: alignment) == nil)
        }
    }

    @Test func logRateStartsAnewEverySecond() {
        let limit = LogRateLimit(linesPerSecond: 3)
        let second: UInt64 = 1_000_000_000
        #expect(
            (0..<5).map { _ in limit.allows(at: 7 * second) } == [true, true, true, false, false]
        )
        #expect(limit.allows(at: 8 * second))
        #expect(limit.droppedCount == 2)
    }

    @Test func metricsKeepToTheirCapAndNames() {
        let metrics = PluginMetrics(plugin: "a-b")
        func register(_ name: String) -> Result<UInt32, HandlerStatusError> {
            var name = name
            return name.withUTF8 { metrics.register(UnsafeRawBufferPointer($0), .counter) }
        }
        #expect(register("early") == .failure(HandlerStatusError(.failedPrecondition)))
        metrics.whileLoading {
            for index in 0..<Limits.metricSeriesMax {
                #expect(register("n\(index)") == .success(UInt32(index)))
            }
            #expect(register("n3") == .success(3))
            #expect(register("more") == .failure(HandlerStatusError(.resourceExhausted)))
            #expect(register("Bad") == .failure(HandlerStatusError(.invalidArgument)))
            #expect(register("") == .failure(HandlerStatusError(.invalidArgument)))
        }
        #expect(metrics.read().count == Limits.metricSeriesMax)
        #expect(metrics.read()[0].name == "sluice_plugin_a_b_n0")
        #expect(metrics.refusedCount == 4)
    }

    @Test func statusesSayWhetherTheyCount() {
        let failures: [Int32] = [2, 4, 8, 9, 11, 13, 14, 15, 77, -5]
        let ignored: [Int32] = [1, 3, 5, 12]
        #expect(failures.allSatisfy { HandlerStatus(rawValue: $0).verdict == .failure })
        #expect(ignored.allSatisfy { HandlerStatus(rawValue: $0).verdict == .ignored })
        #expect(HandlerStatus(rawValue: 0).verdict == .success)
    }

    @Test func queueKeepsOrderAndBound() {
        let queue = BoundedQueue<Int>(capacity: 4)
        #expect(queue.pop() == nil)
        #expect((0..<5).map(queue.push) == [true, true, true, true, false])
        #expect((0..<5).map { _ in queue.pop() } == [0, 1, 2, 3, nil])
        #expect(queue.isEmpty)
    }

    /// Every worker puts in and takes out, so none waits for another to be scheduled.
    @Test func queueLosesNothingBetweenThreads() {
        let queue = BoundedQueue<Int>(capacity: 16)
        let sum = AtomicCells(count: 1)
        let each = 5_000
        let workers = 4
        @Sendable func takeOne() { sum.add(UInt64(queue.pop() ?? 0), at: 0) }
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            for value in 1...each {
                while !queue.push(value) { takeOne() }
                if value.isMultiple(of: 3) { takeOne() }
            }
        }
        while !queue.isEmpty { takeOne() }
        #expect(sum[0] == UInt64(workers * each * (each + 1) / 2))
    }
}
