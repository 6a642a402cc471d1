// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct LoopAdmissionTests {
    // MARK: Closed simulation

    @Test(arguments: [0.5, 1, 2, 5, 10], [1, 2, 3] as [UInt64])
    func goodputHoldsWhateverArrives(load: Double, seed: UInt64) {
        let outcome = LoopSimulation(load: load, seed: seed).run()
        #expect(
            outcome.goodput >= 0.9 * min(load, 1),
            "load \(load), seed \(seed): \(outcome.goodput)"
        )
        #expect(outcome.lateCount == 0)
        // A queue of a whole budget: nobody in it would be answered in time.
        #expect(outcome.longestQueue < Int(load * 48_000_000 / 200_000) + 200)
        let possible = min(1, 1 / (load * 0.2))
        #expect(outcome.goodFraction(.checkout) >= 0.85 * possible, "load \(load), seed \(seed)")
    }

    @Test(arguments: [2, 5, 10] as [Double])
    func recommendationsGoLongBeforeCheckouts(load: Double) {
        let outcome = LoopSimulation(load: load).run()
        let checkouts = outcome.goodFraction(.checkout)
        #expect(outcome.goodFraction(.recommendation) < checkouts / 2, "\(checkouts)")
    }

    @Test(arguments: [30_000, 1_000_000] as [UInt64])
    func slowAndFastAnswersAreShedAlike(serviceNanoseconds: UInt64) {
        var simulation = LoopSimulation(load: 2)
        simulation.serviceNanoseconds = serviceNanoseconds
        simulation.shedNanoseconds = serviceNanoseconds / 200
        let outcome = simulation.run()
        #expect(outcome.goodput >= 0.9)
        #expect(outcome.goodFraction(.checkout) >= 0.9)
    }

    @Test func halfALoadShedsNobody() {
        let outcome = LoopSimulation(load: 0.5).run()
        #expect(outcome.goodFraction(.checkout) > 0.999)
        #expect(outcome.goodFraction(.recommendation) > 0.999)
    }

    @Test func aShopperIsInOrOut() {
        let outcome = LoopSimulation(load: 2).run()
        let alike = outcome.verdicts.values.reduce(0) { $0 + max($1.inCount, $1.outCount) }
        let all = outcome.verdicts.values.reduce(0) { $0 + $1.inCount + $1.outCount }
        // The share moves a little: those at its edge see both.
        #expect(Double(alike) > 0.85 * Double(all), "\(alike) of \(all)")
    }

    // MARK: Turns

    /// A turn, then a completion right behind it: who is met next came after the turn began.
    @Test func aCompletionBehindATurnIsPartOfIt() {
        var law = LoopAdmission()
        let start = 100 * second
        _ = law.beginTurn(now: start)
        law.endTurn(now: start + 30 * millisecond)
        _ = law.beginWork(now: start + 30 * millisecond)
        law.endTurn(now: start + 30 * millisecond + 20_000)
        _ = law.beginTurn(now: start + 30 * millisecond + 25_000)
        #expect(law.earliestArrivalNanoseconds == start)
    }

    /// The loop has looked at its sockets in between, and found nothing.
    @Test func whoComesDuringOtherWorkCameAfterItBegan() {
        var law = LoopAdmission()
        let start = 100 * second
        _ = law.beginTurn(now: start)
        law.endTurn(now: start + millisecond)
        let work = start + millisecond + LoopAdmission.idleGapNanoseconds
        _ = law.beginWork(now: work)
        #expect(law.waitedNanoseconds(now: work) == 0)
        law.endTurn(now: work + 5 * millisecond)
        _ = law.beginTurn(now: work + 5 * millisecond)
        #expect(law.earliestArrivalNanoseconds == work)
    }

    /// Completions between turns do not hide a standing queue.
    @Test(arguments: [false, true])
    func aStandingQueueIsSeenBetweenCompletions(hasCompletions: Bool) {
        var law = LoopAdmission()
        var now = 100 * second
        for _ in 0..<40 {
            _ = law.beginTurn(now: now)
            now += 5 * millisecond
            law.endTurn(now: now)
            guard hasCompletions else { continue }
            _ = law.beginWork(now: now)
            law.endTurn(now: now)
        }
        #expect(law.isOverloaded)
    }

    // MARK: Cases

    @Test func theReserveIsNeverShed() {
        var law = Overloaded.law()
        for delay in [0, 1, 100, 10_000] as [UInt64] {
            let verdict = law.law.admit(
                .reserve,
                unitHash: nil,
                remainingNanoseconds: 0,
                now: law.now + delay * millisecond
            )
            #expect(verdict == .admitted)
        }
    }

    @Test func whoeverWouldBeLateIsTurnedAwayAtOnce() {
        var law = LoopAdmission()
        _ = law.beginTurn(now: 100 * second)
        let now = 100 * second + 10 * millisecond
        #expect(admit(&law, .checkout, remaining: 9 * millisecond, now) == .shed(.predicted))
        #expect(admit(&law, .checkout, remaining: 11 * millisecond, now) == .admitted)
    }

    @Test func aTightBudgetIsNoReasonWhileNothingWaits() {
        var law = LoopAdmission()
        _ = law.beginTurn(now: 100 * second)
        #expect(admit(&law, .checkout, remaining: 0, 100 * second + 1_000) == .admitted)
    }

    @Test func aTurnLongerThanAnIntervalIsOverloadAtOnce() {
        var law = LoopAdmission()
        _ = law.beginTurn(now: 100 * second)
        let now = 100 * second + 21 * millisecond
        #expect(admit(&law, .recommendation, now) == .shed(.queue))
    }

    @Test func whoMayNotBeShedIsNot() {
        var overloaded = Overloaded.law { $0.shedsRecommendations = false }
        #expect(overloaded.law.shares.recommendations == AdmissionShares.full)
        #expect(admit(&overloaded.law, .recommendation, overloaded.now) == .admitted)
    }

    @Test func shadowsAreTheFirstToGo() {
        var overloaded = Overloaded.law(intervals: 1)
        #expect(!overloaded.law.isCalm)
        #expect(admit(&overloaded.law, .shadow, overloaded.now) == .shed(.queue))
    }

    @Test func withoutAUnitAPartlyCutClassWaitsForIt() {
        var overloaded = Overloaded.law(intervals: 2)
        let verdict = overloaded.law.admit(
            .recommendation,
            unitHash: nil,
            remainingNanoseconds: .max,
            now: overloaded.now
        )
        #expect(verdict == .needsUnit)
    }

    @Test func theSaltTurnsOthersAway() {
        let period = millisecond / 4
        var overloaded = Overloaded.law(intervals: 6) { $0.saltPeriodNanoseconds = period }
        let first = overloaded.law.admitted(at: overloaded.now)
        #expect((1..<999).contains(first.count))
        #expect(first == overloaded.law.admitted(at: overloaded.now + period / 2))
        #expect(first != overloaded.law.admitted(at: overloaded.now + period))
    }

    @Test func aLoopThatSleptHasForgotten() {
        var overloaded = Overloaded.law(intervals: 200)
        #expect(overloaded.law.shares.share(of: .recommendation) == 0)
        _ = overloaded.law.beginTurn(now: overloaded.now + 20 * second)
        #expect(overloaded.law.isCalm)
    }

    private func admit(
        _ law: inout LoopAdmission,
        _ admissionClass: AdmissionClass,
        remaining: UInt64 = .max,
        _ now: UInt64
    ) -> AdmissionVerdict {
        law.admit(admissionClass, unitHash: 1, remainingNanoseconds: remaining, now: now)
    }
}

/// A loop whose turns follow each other without a pause, each longer than the target.
private struct Overloaded {
    var law: LoopAdmission
    var now: UInt64

    static func law(
        intervals: Int = 100,
        _ change: (inout OverloadSettings) -> Void = { _ in }
    ) -> Overloaded {
        var settings = OverloadSettings()
        change(&settings)
        var overloaded = Overloaded(law: LoopAdmission(settings: settings), now: 100 * second)
        for _ in 0..<((intervals + 1) * 14) { overloaded.turn() }
        _ = overloaded.law.beginTurn(now: overloaded.now)
        return overloaded
    }

    /// One and a half milliseconds: recommendations wait too long, though not for twice the target.
    private mutating func turn() {
        _ = law.beginTurn(now: now)
        for unit in 0..<20 as Range<UInt64> {
            _ = law.admit(
                .recommendation,
                unitHash: unit,
                remainingNanoseconds: .max,
                now: now
            )
        }
        now += 3 * millisecond / 2
        law.endTurn(now: now)
    }
}

extension LoopAdmission {
    /// The units of a thousand that are in.
    fileprivate mutating func admitted(at now: UInt64) -> [UInt64] {
        (0..<1_000 as Range<UInt64>).filter {
            admit(.recommendation, unitHash: $0, remainingNanoseconds: .max, now: now) == .admitted
        }
    }
}
