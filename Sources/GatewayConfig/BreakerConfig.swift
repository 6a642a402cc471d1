// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// When a version's circuit breaker opens, and how it closes again.
package struct BreakerConfig: Hashable, Sendable, Encodable {
    /// A success that takes longer is slow; nil for the model stage's share of the route's budget.
    package var slowThresholdNanoseconds: UInt64?
    /// The length of each of the window's ten buckets.
    package var bucketNanoseconds: UInt64 = .seconds(1)
    /// Calls the window must hold before a rate means anything.
    package var callsMin = 20
    /// Opens at this share of failures, or more.
    package var failureRateBasisPoints = 5_000
    /// Opens at this share of slow and failed calls together, or more.
    package var slowRateBasisPoints = 8_000
    /// Opens at this many failures in a row within `consecutiveSpanNanoseconds`.
    package var consecutiveFailures = 5
    /// The time within which failures in a row count as one run.
    package var consecutiveSpanNanoseconds: UInt64 = .seconds(30)
    /// How long it first stays open, before jitter; each further opening doubles it.
    package var openNanosecondsMin: UInt64 = .seconds(5)
    /// The longest it stays open.
    package var openNanosecondsMax: UInt64 = .seconds(300)
    /// Time closed after which one opening is forgiven.
    package var forgivenessNanoseconds: UInt64 = .seconds(30)
    /// Results a half-open breaker waits for.
    package var trialCount = 5
    /// Trials in flight at once.
    package var trialsInFlightMax = 2
    /// Time after closing until all traffic is back.
    package var rampNanoseconds: UInt64 = .seconds(10)

    /// The defaults.
    package init() {}

    init(_ object: ObjectDecoder) {
        readTripping(object)
        readOpening(object)
        readTrials(object)
    }

    private mutating func readTripping(_ object: ObjectDecoder) {
        let (wait, rate) = (ConfigLimits.breakerWait, ConfigLimits.rate)
        let bucket = ConfigLimits.breakerBucket
        let failures = ConfigLimits.breakerFailures
        slowThresholdNanoseconds = object.optional("slow_threshold", .nanoseconds(in: wait))
        object.read("bucket", .nanoseconds(in: bucket), into: &bucketNanoseconds)
        object.read("calls_minimum", .integer(in: ConfigLimits.breakerCalls), into: &callsMin)
        object.read("failure_rate", .basisPoints(in: rate), into: &failureRateBasisPoints)
        object.read("slow_rate", .basisPoints(in: rate), into: &slowRateBasisPoints)
        object.read("consecutive_failures", .integer(in: failures), into: &consecutiveFailures)
        object.read("consecutive_span", .nanoseconds(in: wait), into: &consecutiveSpanNanoseconds)
    }

    private mutating func readOpening(_ object: ObjectDecoder) {
        let wait = ConfigLimits.breakerWait
        object.read("open_minimum", .nanoseconds(in: wait), into: &openNanosecondsMin)
        object.read("open_maximum", .nanoseconds(in: wait), into: &openNanosecondsMax)
        object.read("forgiveness", .nanoseconds(in: wait), into: &forgivenessNanoseconds)
        guard openNanosecondsMin > openNanosecondsMax else { return }
        let message = "`open_minimum` must not be longer than `open_maximum`"
        object.report(.order, message, at: object.span(of: "open_minimum"))
    }

    private mutating func readTrials(_ object: ObjectDecoder) {
        let trials = ConfigLimits.breakerTrials
        object.read("trials", .integer(in: trials), into: &trialCount)
        object.read("trials_in_flight", .integer(in: trials), into: &trialsInFlightMax)
        object.read(
            "ramp",
            .nanoseconds(in: ConfigLimits.optionalWait),
            into: &rampNanoseconds
        )
        guard trialsInFlightMax > trialCount else { return }
        let message = "`trials_in_flight` must not be more than `trials`"
        object.report(.order, message, at: object.span(of: "trials_in_flight"))
    }
}
