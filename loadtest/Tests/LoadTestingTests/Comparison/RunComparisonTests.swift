// SPDX-License-Identifier: Apache-2.0
import LoadTesting
import Testing

/// The bars of the comparison, on synthetic runs of a minute at 1,000/s.
struct RunComparisonTests {
    private static let seeds: ClosedRange<UInt64> = 1...100

    private static func side(_ source: SyntheticLatencies, seed: UInt64) -> RunComparison.Side {
        var side = RunComparison.Side(name: "seed \(seed)")
        side.total.scheduled = source.seconds(60, seed: seed)
        side.total.answered = side.total.scheduled.map { Double($0.count) }
        side.total.due = side.total.answered
        return side
    }

    private static func compare(_ factor: Double, seed: UInt64) -> RunComparison {
        var slower = SyntheticLatencies()
        slower.medianNanoseconds *= factor
        return RunComparison(
            side(SyntheticLatencies(), seed: seed),
            side(slower, seed: seed + 1_000),
            isPaired: false,
            seed: seed
        )
    }

    @Test func aRunBesideItsLikeIsTheSame() {
        let others = Self.seeds.filter { Self.compare(1, seed: $0).verdict != .same }
        #expect(others.count <= 5, "seeds \(others)")
    }

    @Test func fivePercentMoreAreFound() {
        let missed = Self.seeds.filter { Self.compare(1.05, seed: $0).verdict != .worse }
        #expect(missed.count <= 10, "seeds \(missed)")
    }

    @Test func fivePercentLessAreBetter() {
        for seed in Self.seeds.prefix(3) {
            #expect(Self.compare(1 / 1.05, seed: seed).verdict == .better, "seed \(seed)")
        }
    }

    @Test func whatIsCertainButSmallIsTheSame() throws {
        var slower = SyntheticLatencies(medianNanoseconds: 40e6, spread: 0.05, drift: 0)
        let first = Self.side(slower, seed: 1)
        slower.medianNanoseconds *= 1.01
        let comparison = RunComparison(first, Self.side(slower, seed: 2), isPaired: false)
        let median = try #require(comparison.cells.first { $0.metric == "p50" })
        #expect(median.probability.map { $0 < 0.001 } == true)
        #expect(median.verdict == .same && comparison.verdict == .same)
    }

    @Test func aShortRunDecidesNothing() {
        var first = RunComparison.Side(name: "first")
        first.total.scheduled = [LatencyCounts([.init(nanoseconds: 1_000, count: 5)])]
        first.total.answered = [5]
        first.total.due = [5]
        let comparison = RunComparison(first, first, isPaired: false)
        #expect(comparison.verdict == .undecided)
        #expect(comparison.cells.allSatisfy { $0.difference == nil })
        #expect(
            RunComparison(.init(name: ""), .init(name: ""), isPaired: true).verdict == .undecided
        )
    }

    @Test func failuresAndLostGoodputAreWorse() {
        let first = Self.side(SyntheticLatencies(), seed: 1)
        var second = Self.side(SyntheticLatencies(), seed: 2)
        second.total.due = second.total.due.map { $0 * 1.02 }
        let comparison = RunComparison(first, second, isPaired: false)
        let worse = comparison.cells.filter { $0.verdict == .worse }.map(\.metric)
        #expect(worse == ["errors"])
        second.total.due = first.total.due
        second.total.answered = second.total.answered.map { $0 * 0.9 }
        #expect(RunComparison(first, second, isPaired: false).verdict == .worse)
    }

    @Test func whatDisturbsBothCancelsOut() throws {
        // Seconds differ by a fifth, in both runs alike: only pairs show that nothing changed.
        let unsteady = SyntheticLatencies(drift: 0.2)
        let side = Self.side(unsteady, seed: 3)
        let paired = RunComparison(side, side, isPaired: true)
        let apart = RunComparison(side, side, isPaired: false)
        #expect(paired.verdict == .same)
        let widths = [paired, apart].map { $0.cells.first?.difference?.width ?? 0 }
        #expect(widths[0] == 0 && widths[1] > 0)
    }

    @Test func everyFormatNamesTheVerdict() throws {
        let comparison = Self.compare(1.2, seed: 1)
        for text in [comparison.text, comparison.markdown, try comparison.json()] {
            #expect(text.contains("worse") && text.contains("p99"))
        }
        #expect(comparison.markdown.contains("| total | p50 |"))
    }

    @Test func slotsTakeTurnsSoThatDriftHitsBoth() {
        for seed in Self.seeds {
            let slots = SlotOrder.slots(pairs: 6, seed: seed)
            for start in stride(from: 0, to: slots.count, by: 4) {
                let sides = slots[start..<start + 4].map(\.side)
                #expect([[0, 1, 1, 0], [1, 0, 0, 1]].contains(sides), "seed \(seed)")
            }
            #expect(slots.map(\.pair) == (0..<6).flatMap { [$0, $0] })
        }
    }
}
