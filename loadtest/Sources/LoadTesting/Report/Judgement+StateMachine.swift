// SPDX-License-Identifier: Apache-2.0

/// A verdict with its reason, from a run's facts alone.
package struct Judgement: Hashable, Sendable, Encodable {
    /// What a verdict depends on.
    package struct Facts: Sendable {
        /// Requests per second asked for; nil in a closed loop.
        package var askedRate: Double?
        /// Seconds of the scored part.
        package var seconds: Double
        /// Good answers.
        package var answered: UInt64
        /// 99th percentile of the timer lag, in nanoseconds; nil without samples.
        package var timerLagNanoseconds: UInt64?
        /// Requests by which the backlog grew from the first tenth of the run to the last.
        package var backlogGrowth: Double
        /// Share of the due requests that had no connection in time.
        package var connectionWaitShare: Double
        /// How alike its seconds are; nil for a run too short to tell, or of changing rate.
        package var steadiness: Steadiness?

        /// Facts from their parts.
        package init(
            askedRate: Double?,
            seconds: Double,
            answered: UInt64,
            timerLagNanoseconds: UInt64?,
            backlogGrowth: Double,
            connectionWaitShare: Double,
            steadiness: Steadiness? = nil
        ) {
            self.askedRate = askedRate
            self.seconds = seconds
            self.answered = answered
            self.timerLagNanoseconds = timerLagNanoseconds
            self.backlogGrowth = backlogGrowth
            self.connectionWaitShare = connectionWaitShare
            self.steadiness = steadiness
        }
    }

    /// 99th percentile of the timer lag that is still precise: half of the finest bar we set.
    private static let timerLagNanosecondsMaximum: UInt64 = 1_000_000
    /// Share of the asked rate by which a backlog may grow: what is more does not go away.
    private static let growthShareMaximum = 0.03
    /// Seconds' worth of requests a backlog may grow by: what a hiccup at the end leaves.
    private static let growthSecondsMaximum = 0.25
    /// Share of requests that may lack a connection.
    private static let connectionWaitShareMaximum = 0.01
    /// How much wider blocks of seconds may make the interval of a percentile than its ranks do.
    private static let intervalRatioMaximum = 4.0
    /// Share of a percentile that its interval may span.
    private static let intervalShareMaximum = 0.5
    /// How much the median may change from the first half to the second.
    private static let medianRatioMaximum = 1.5
    /// Differences below this are of no practical meaning.
    private static let practicalNanoseconds = 500_000.0
    /// The percentile a run is for, at least.
    private static let percentile = 99.0

    /// The verdict.
    package let verdict: Verdict
    /// Why, in one sentence.
    package let reason: String

    /// Judges a run: first whether we, then whether the server did what was asked.
    package init(_ facts: Facts) {
        (verdict, reason) =
            Self.generatorFault(facts) ?? Self.saturation(facts) ?? Self.fewSamples(facts)
            ?? facts.steadiness.flatMap(Self.unsteadiness)
            ?? (.valid, "the schedule was kept and the backlog did not grow")
    }

    private typealias Finding = (Verdict, String)

    private static func generatorFault(_ facts: Facts) -> Finding? {
        guard let lag = facts.timerLagNanoseconds, lag > timerLagNanosecondsMaximum else {
            return nil
        }
        let text = TimeText.text(nanoseconds: lag)
        return (
            .generatorLimited,
            "1 % of the requests were sent \(text) or more behind schedule by this process"
        )
    }

    private static func saturation(_ facts: Facts) -> Finding? {
        if facts.connectionWaitShare > connectionWaitShareMaximum {
            let percent = NumberText.percent(facts.connectionWaitShare)
            return (.saturated, "\(percent) of the requests had no free connection in time")
        }
        guard let rate = facts.askedRate,
            facts.backlogGrowth > rate * facts.seconds * growthShareMaximum,
            facts.backlogGrowth > rate * growthSecondsMaximum
        else { return nil }
        let perSecond = NumberText.rate(facts.backlogGrowth / facts.seconds)
        return (
            .saturated,
            "the backlog grew by \(perSecond) requests per second: "
                + "latencies measure the queue, not the server"
        )
    }

    private static func fewSamples(_ facts: Facts) -> Finding? {
        let needed = LatencyHistogram.samplesNeeded(forPercentile: percentile)
        guard facts.answered < needed else { return nil }
        return (
            .tooFewSamples,
            "\(facts.answered) answers; the 99th percentile needs \(needed)"
        )
    }

    private static func unsteadiness(_ steadiness: Steadiness) -> Finding? {
        levelShift(steadiness.halfMedians) ?? wideInterval(steadiness.blocks, steadiness.ranks)
    }

    private static func levelShift(_ medians: [UInt64]) -> Finding? {
        let (low, high) = (Double(medians.min() ?? 0), Double(medians.max() ?? 0))
        guard high > low * medianRatioMaximum, high - low > practicalNanoseconds else { return nil }
        let texts = medians.map(TimeText.text).joined(separator: ", in the second ")
        return (.unstable, "the median was \(texts): the server changed during the run")
    }

    private static func wideInterval(
        _ blocks: ConfidenceInterval,
        _ ranks: ConfidenceInterval
    ) -> Finding? {
        guard blocks.width > ranks.width * intervalRatioMaximum,
            blocks.width > blocks.estimate * intervalShareMaximum,
            blocks.width > practicalNanoseconds
        else { return nil }
        let ends = [blocks.lower, blocks.upper].map {
            TimeText.text(nanoseconds: UInt64(max($0, 0)))
        }
        return (
            .unstable,
            "another run's 99th percentile may be anything from \(ends[0]) to \(ends[1]): "
                + "some seconds were unlike the others"
        )
    }
}
