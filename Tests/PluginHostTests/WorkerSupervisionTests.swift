// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import PluginHost

@Suite struct WorkerSupervisionTests {
    private static let second: UInt64 = 1_000_000_000
    private static let settings = WorkerSettings(
        startNanosecondsMax: 10 * second,
        restartNanosecondsMin: 100,
        restartNanosecondsMax: 350,
        crashLoopCount: 4,
        crashLoopNanoseconds: 60 * second,
        quarantineNanoseconds: 300 * second
    )

    @Test func startsAndServes() {
        var machine = WorkerSupervision(Self.settings, now: 5)
        #expect(machine.state == .starting(until: 5 + 10 * Self.second))
        #expect(machine.tick(now: 6) == .none)
        machine.becameReady()
        #expect(machine.isReady)
        #expect(machine.nextTime == nil)
    }

    @Test func aStartThatTakesTooLongIsKilledOnce() {
        var machine = WorkerSupervision(Self.settings, now: 0)
        #expect(machine.tick(now: 10 * Self.second) == .kill(.hung))
        #expect(machine.tick(now: 11 * Self.second) == .none)
        machine.ended(now: 11 * Self.second)
        #expect(machine.state == .restarting(at: 11 * Self.second + 100))
    }

    @Test func backsOffAndGivesUp() {
        var machine = WorkerSupervision(Self.settings, now: 0)
        var now: UInt64 = 0
        for delay in [100, 200, 350] as [UInt64] {
            machine.becameReady()
            machine.ended(now: now)
            #expect(machine.state == .restarting(at: now + delay))
            #expect(machine.tick(now: now + delay - 1) == .none)
            now += delay
            #expect(machine.tick(now: now) == .start)
        }
        machine.ended(now: now)
        #expect(machine.state == .quarantined(until: now + 300 * Self.second))
        #expect(machine.tick(now: now + 299 * Self.second) == .none)
    }

    @Test func oneEndAfterAQuarantineIsEnough() {
        var machine = quarantined()
        #expect(machine.tick(now: 301 * Self.second) == .start)
        machine.becameReady()
        machine.ended(now: 302 * Self.second)
        #expect(machine.state == .quarantined(until: 602 * Self.second))
    }

    @Test func aTrialThatLastsEndsTheSuspicion() {
        var machine = quarantined()
        #expect(machine.tick(now: 301 * Self.second) == .start)
        machine.becameReady()
        machine.ended(now: 400 * Self.second)
        #expect(machine.state == .restarting(at: 400 * Self.second + 100))
    }

    @Test func endsAreForgotten() {
        var machine = WorkerSupervision(Self.settings, now: 0)
        for round in 1...20 as ClosedRange<UInt64> {
            machine.becameReady()
            machine.ended(now: round * 61 * Self.second)
            #expect(machine.state == .restarting(at: round * 61 * Self.second + 100))
            #expect(machine.tick(now: round * 61 * Self.second + 100) == .start)
        }
    }

    @Test func nothingHappensAfterTheStop() {
        var machine = WorkerSupervision(Self.settings, now: 0)
        machine.stop()
        machine.ended(now: 1)
        machine.becameReady()
        #expect(machine.tick(now: .max) == .none)
        #expect(machine.state == .stopped)
    }

    /// Whatever comes in whatever order: never two starts without an end between them, never ready
    /// without a start, and a wait always has an end.
    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func holdsItsRules(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var machine = WorkerSupervision(Self.settings, now: 0)
        var now: UInt64 = 0
        var isRunning = true
        for _ in 0..<300 {
            now += random.next() % (20 * Self.second)
            switch random.next() % 3 {
            case 0:
                if isRunning { machine.becameReady() }
            case 1:
                guard isRunning else { continue }
                machine.ended(now: now)
                isRunning = false
            default:
                let action = machine.tick(now: now)
                if action == .start {
                    #expect(!isRunning, "seed \(seed)")
                    isRunning = true
                }
            }
            #expect(!machine.isReady || isRunning, "seed \(seed)")
            #expect(isRunning || machine.nextTime != nil, "seed \(seed)")
        }
    }

    private func quarantined() -> WorkerSupervision {
        var machine = WorkerSupervision(Self.settings, now: 0)
        for _ in 0..<4 { machine.ended(now: Self.second) }
        return machine
    }
}
