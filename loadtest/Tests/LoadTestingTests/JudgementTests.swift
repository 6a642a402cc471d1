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
}
