// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct LatencyBudgetTests {
    struct Field: Sendable {
        let header: BudgetHeader
        let value: String
        let nanoseconds: UInt64?

        init(_ header: BudgetHeader, _ value: String, _ nanoseconds: UInt64?) {
            self.header = header
            self.value = value
            self.nanoseconds = nanoseconds
        }
    }

    @Test(arguments: [
        Field(.requestBudget, "50", 50_000_000), Field(.requestBudget, "0", 0),
        Field(.requestBudget, "00000050", 50_000_000), Field(.requestBudget, "000000050", nil),
        Field(.requestBudget, "", nil), Field(.requestBudget, "-1", nil),
        Field(.requestBudget, "+5", nil), Field(.requestBudget, "5.0", nil),
        Field(.requestBudget, " 5", nil), Field(.requestBudget, "5ms", nil),
        Field(.requestBudget, "٥", nil), Field(.requestBudget, "\u{0}", nil),
        Field(.grpcTimeout, "1H", 3_600_000_000_000), Field(.grpcTimeout, "2M", 120_000_000_000),
        Field(.grpcTimeout, "3S", 3_000_000_000), Field(.grpcTimeout, "4m", 4_000_000),
        Field(.grpcTimeout, "5u", 5_000), Field(.grpcTimeout, "6n", 6),
        Field(.grpcTimeout, "99999999n", 99_999_999), Field(.grpcTimeout, "99999999H", .max),
        Field(.grpcTimeout, "100000000n", nil), Field(.grpcTimeout, "m", nil),
        Field(.grpcTimeout, "5", nil), Field(.grpcTimeout, "5s", nil),
        Field(.grpcTimeout, "5h", nil), Field(.grpcTimeout, "", nil),
        Field(.grpcTimeout, "5 m", nil), Field(.grpcTimeout, "5mm", nil),
        Field(.envoyExpectedTimeout, "15000", 15_000_000_000),
        Field(.envoyExpectedTimeout, "0", nil), Field(.envoyExpectedTimeout, "1.5", nil),
    ])
    func readsTheHeader(field: Field) {
        #expect(withUTF8(field.value, field.header.nanoseconds) == field.nanoseconds)
    }

    @Test func neverTrapsOnAnyBytes() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...12, using: &random)
            let bytes = (0..<count).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 48...57, using: &random)
                    : UInt8.random(in: 0...255, using: &random)
            }
            for header in BudgetHeader.allCases {
                _ = bytes.withUnsafeBytes { header.nanoseconds(in: $0) }
            }
        }
    }

    @Test func takesTheTightestOfAllLimits() {
        var headers = BudgetHeaders()
        #expect(withUTF8("40") { headers.read(.requestBudget, $0) } == .accepted)
        #expect(withUTF8("30m") { headers.read(.grpcTimeout, $0) } == .accepted)
        #expect(withUTF8("35") { headers.read(.envoyExpectedTimeout, $0) } == .accepted)
        let budget = LatencyBudget(
            start: 0,
            routeLimitNanoseconds: 50 * millisecond,
            headers: headers
        )
        #expect(budget.effectiveNanoseconds == 28 * millisecond)
    }

    @Test func countsForeignMistakesAndReportsItsOwn() {
        var headers = BudgetHeaders()
        #expect(withUTF8("soon") { headers.read(.grpcTimeout, $0) } == .ignored)
        #expect(withUTF8("") { headers.read(.envoyExpectedTimeout, $0) } == .ignored)
        #expect(withUTF8("soon") { headers.read(.requestBudget, $0) } == .malformed)
        #expect(headers.ignoredCount == 2)
        #expect(headers.limitNanoseconds == .max)
    }

    @Test(arguments: [0, 1, 2] as [UInt64])
    func neverGoesBelowZero(milliseconds: UInt64) {
        let budget = LatencyBudget(
            start: 7,
            routeLimitNanoseconds: milliseconds * millisecond
        )
        #expect(budget.effectiveNanoseconds == 0)
        #expect(budget.deadline == 7)
        #expect(budget.canStart(.fallback, now: 7, rollingP99Nanoseconds: 0))
        #expect(!budget.canStart(.model, now: 7, rollingP99Nanoseconds: 1))
    }

    @Test func sharesSumToTheWhole() {
        var sum: UInt64 = 0
        for stage in BudgetStage.allCases {
            sum += stage.sharePercent
            #expect(stage.cumulativePercent == sum)
        }
        #expect(sum == 100)
    }

    @Test func softDeadlinesLeaveLaterStagesTheirShare() {
        let budget = LatencyBudget(start: 1_000, routeLimitNanoseconds: 52 * millisecond)
        let deadlines = BudgetStage.allCases.map {
            (budget.softDeadline(for: $0) - 1_000) / 100_000
        }
        #expect(deadlines == [25, 75, 175, 400, 450, 500])
        #expect(budget.softDeadline(for: .encode) == budget.deadline)
    }

    @Test func startsAStageOnlyIfItsP99AndTheFallbackFit() {
        let budget = LatencyBudget(start: 0, routeLimitNanoseconds: 52 * millisecond)
        let now = 30 * millisecond
        #expect(budget.canStart(.model, now: now, rollingP99Nanoseconds: 15 * millisecond))
        #expect(!budget.canStart(.model, now: now, rollingP99Nanoseconds: 15 * millisecond + 1))
        #expect(budget.canStart(.fallback, now: now, rollingP99Nanoseconds: 20 * millisecond))
        #expect(!budget.canStart(.model, now: 60 * millisecond, rollingP99Nanoseconds: 0))
        #expect(!budget.canStart(.model, now: 0, rollingP99Nanoseconds: .max))
    }

    @Test func survivesTheEndOfTime() {
        let budget = LatencyBudget(start: .max - 1, routeLimitNanoseconds: .max)
        #expect(budget.deadline == .max)
        #expect(budget.softDeadline(for: .model) == .max)
        #expect(LatencyBudget(start: 0, routeLimitNanoseconds: .max).fallbackReserveNanoseconds > 0)
    }

    @Test func booksTimeByStage() {
        var clock = StageClock(start: 100)
        #expect(clock.finish(.read, now: 130) == 30)
        clock.finish(.model, now: 200)
        clock.finish(.model, now: 210)
        #expect(clock.finish(.encode, now: 205) == 0)
        #expect(clock.nanoseconds(in: .model) == 80)
        #expect(clock.nanoseconds(in: .queue) == 0)
        #expect(clock.totalNanoseconds == 110)
    }
}
