// SPDX-License-Identifier: Apache-2.0
import LoadTesting
import Testing

/// A verdict follows from a run's facts alone.
struct JudgementTests {
    private static let sound = Judgement.Facts(
        askedRate: 1_000,
        seconds: 10,
        answered: 10_000,
        timerLagNanoseconds: 90_000,
        backlogGrowth: 12,
        connectionWaitShare: 0
    )

    @Test func aRunThatKeptItsScheduleIsValid() {
        #expect(Judgement(Self.sound).verdict == .valid)
    }

    @Test func aLateGeneratorClaimsNothing() {
        var facts = Self.sound
        facts.timerLagNanoseconds = 3_000_000
        facts.backlogGrowth = 5_000
        #expect(Judgement(facts).verdict == .generatorLimited)
        #expect(Judgement(facts).reason.contains("3.00 ms"))
    }

    @Test func aGrowingBacklogIsSaturation() {
        var facts = Self.sound
        facts.backlogGrowth = 2_000
        #expect(Judgement(facts).verdict == .saturated)
        #expect(Judgement(facts).reason.contains("200"))
    }

    @Test func aHiccupAtTheEndIsNot() {
        var facts = Self.sound
        facts.backlogGrowth = 200
        #expect(Judgement(facts).verdict == .valid)
    }

    @Test func requestsWithoutAConnectionAreSaturation() {
        var facts = Self.sound
        facts.askedRate = nil
        facts.connectionWaitShare = 0.02
        #expect(Judgement(facts).verdict == .saturated)
    }

    @Test func aPercentileNeedsSamplesBeyondIt() {
        var facts = Self.sound
        facts.answered = 1_999
        #expect(Judgement(facts).verdict == .tooFewSamples)
        #expect(LatencyHistogram.samplesNeeded(forPercentile: 50) == 40)
        var histogram = LatencyHistogram()
        for value in 1...1_999 as ClosedRange<UInt64> { histogram.record(value * 1_000) }
        #expect(histogram.supportedNanoseconds(atPercentile: 99) == nil)
        #expect(histogram.supportedNanoseconds(atPercentile: 95) != nil)
    }

    private static func steadiness(
        blocks: ClosedRange<Double>,
        ranks: ClosedRange<Double>,
        halfMedians: [UInt64]
    ) -> Steadiness {
        let interval = { (range: ClosedRange<Double>) in
            ConfidenceInterval(estimate: 10e6, lower: range.lowerBound, upper: range.upperBound)
        }
        return Steadiness(
            blocks: interval(blocks),
            ranks: interval(ranks),
            halfMedians: halfMedians
        )
    }

    @Test func aMedianThatMovesIsUnstable() {
        var facts = Self.sound
        facts.steadiness = Self.steadiness(
            blocks: 9e6...11e6,
            ranks: 9e6...11e6,
            halfMedians: [2_000_000, 3_500_000]
        )
        #expect(Judgement(facts).verdict == .unstable)
        #expect(Judgement(facts).reason.contains("3.50 ms"))
        facts.steadiness?.halfMedians = [2_000_000, 2_100_000]
        #expect(Judgement(facts).verdict == .valid)
    }

    @Test func intervalsThatDisagreeAreUnstable() {
        var facts = Self.sound
        let medians: [UInt64] = [2_000_000, 2_000_000]
        facts.steadiness = Self.steadiness(
            blocks: 3e6...900e6,
            ranks: 9e6...11e6,
            halfMedians: medians
        )
        #expect(Judgement(facts).verdict == .unstable)
        #expect(Judgement(facts).reason.contains("900 ms"))
        // Wide, but so is what ranks alone say: few samples, not an unsteady server.
        facts.steadiness = Self.steadiness(
            blocks: 3e6...20e6,
            ranks: 4e6...19e6,
            halfMedians: medians
        )
        #expect(Judgement(facts).verdict == .valid)
    }

    @Test func aRampIsNotUnsteady() {
        var record = RunRecordTests.sample(seconds: 20)
        #expect(Steadiness(record) != nil)
        record.description.phases = [
            .init(name: "ramp", startSeconds: 0, endSeconds: 20, isConstant: false)
        ]
        #expect(Steadiness(record) == nil)
    }
}
