// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct DegradeLadderTests {
    static let full: [DegradeLadder.Purpose: [Rung]] = [
        .price: [.assigned, .stable, .lastKnownGood, .basePrice, .unavailable],
        .recommendation: [.assigned, .stable, .cached, .popular, .empty],
    ]

    private func descent(_ ladder: DegradeLadder, modelFits: Bool = true) -> [Rung] {
        var ladder = ladder
        var rungs = [ladder.rung]
        while !ladder.isLast { rungs.append(ladder.descend(.handlerError, modelFits: modelFits)) }
        return rungs
    }

    @Test(arguments: DegradeLadder.Purpose.allCases)
    func descendsRungByRung(purpose: DegradeLadder.Purpose) {
        let ladder = DegradeLadder(purpose, assignedIsStable: false)
        #expect(descent(ladder) == Self.full[purpose])
    }

    @Test(arguments: DegradeLadder.Purpose.allCases)
    func skipsStableWhereItWasTried(purpose: DegradeLadder.Purpose) {
        let ladder = DegradeLadder(purpose, assignedIsStable: true)
        #expect(descent(ladder) == Self.full[purpose]?.filter { $0 != .stable })
    }

    @Test(arguments: DegradeLadder.Purpose.allCases)
    func skipsStableWhereTheBudgetIsSpent(purpose: DegradeLadder.Purpose) {
        let ladder = DegradeLadder(purpose, assignedIsStable: false)
        #expect(descent(ladder, modelFits: false) == Self.full[purpose]?.filter { $0 != .stable })
    }

    @Test func staysOnTheLastRung() {
        var ladder = DegradeLadder(.recommendation, assignedIsStable: true)
        for _ in 0..<10 { ladder.descend(.noAnswer) }
        #expect(ladder.rung == .empty && ladder.isLast)
    }

    @Test func saysWhyTheAssignedVersionDidNotAnswer() {
        var ladder = DegradeLadder(.price, assignedIsStable: false)
        #expect(ladder.reason == nil)
        ladder.descend(.breakerOpen)
        ladder.descend(.guardViolation)
        #expect(ladder.reason == .breakerOpen)
        #expect(ladder.rung == .lastKnownGood)
    }

    @Test func namesMatchTheWire() {
        #expect(
            Rung.allCases.map(\.rawValue) == [
                "assigned", "stable", "last_known_good", "base_price", "unavailable", "cached",
                "popular", "empty",
            ]
        )
        #expect(
            DegradeReason.allCases.map(\.rawValue) == [
                "breaker_open", "deadline", "handler_error", "guard_violation", "overloaded",
                "disabled", "unavailable", "no_model", "no_answer",
            ]
        )
    }
}
