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

        /// Facts from their parts.
        package init(
            askedRate: Double?,
            seconds: Double,
            answered: UInt64,
            timerLagNanoseconds: UInt64?,
            backlogGrowth: Double,
            connectionWaitShare: Double
        ) {
            self.askedRate = askedRate
            self.seconds = seconds
            self.answered = answered
            self.timerLagNanoseconds = timerLagNanoseconds
            self.backlogGrowth = backlogGrowth
            self.connectionWaitShare = connectionWaitShare
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
}
