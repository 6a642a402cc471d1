// SPDX-License-Identifier: Apache-2.0

/// When a breaker opens, for how long, and how it closes again.
///
/// Rates are basis points of the calls in the window, durations nanoseconds.
package struct BreakerSettings: Hashable, Sendable {
    /// Trials a half-open breaker can count: four bits of its word.
    package static let trialCountMax = 15
    /// Consecutive failures that can be told apart by time.
    package static let consecutiveFailuresMax = FailureRun.capacity
    /// Buckets short enough to notice and long enough to hold a call.
    package static let bucketNanosecondsRange: ClosedRange<UInt64> = 100_000_000...6_000_000_000
    /// The longest any wait may be set to: a day.
    package static let waitNanosecondsMax: UInt64 = 86_400_000_000_000

    /// A success that takes longer is slow: the stage's soft budget.
    package let slowThresholdNanoseconds: UInt64
    /// The length of each of the window's ten buckets.
    package let bucketNanoseconds: UInt64
    /// Calls the window must hold before a rate means anything.
    package let callsMin: Int
    /// Opens at this share of failures, or more.
    package let failureRateBasisPoints: Int
    /// Opens at this share of slow and failed calls together, or more.
    package let slowRateBasisPoints: Int
    /// Opens at this many failures in a row.
    package let consecutiveFailures: Int
    /// The time they must all fall within.
    package let consecutiveSpanNanoseconds: UInt64
    /// How long it opens the first time, before jitter; each further time doubles it.
    package let openNanosecondsMin: UInt64
    /// How long it opens at most.
    package let openNanosecondsMax: UInt64
    /// Time closed after which one opening is forgiven.
    package let forgivenessNanoseconds: UInt64
    /// Results a half-open breaker waits for.
    package let trialCount: Int
    /// Trials in flight at once.
    package let trialsInFlightMax: Int
    /// Time after closing until all traffic is back: a quarter first, half from the middle on.
    package let rampNanoseconds: UInt64

    /// Settings with the project's defaults.
    ///
    /// - Throws: the first field that is out of its range.
    package init(
        slowThresholdNanoseconds: UInt64,
        bucketNanoseconds: UInt64 = 1_000_000_000,
        callsMin: Int = 20,
        failureRateBasisPoints: Int = 5_000,
        slowRateBasisPoints: Int = 8_000,
        consecutiveFailures: Int = 5,
        consecutiveSpanNanoseconds: UInt64 = 30_000_000_000,
        openNanosecondsMin: UInt64 = 5_000_000_000,
        openNanosecondsMax: UInt64 = 300_000_000_000,
        forgivenessNanoseconds: UInt64 = 30_000_000_000,
        trialCount: Int = 5,
        trialsInFlightMax: Int = 2,
        rampNanoseconds: UInt64 = 10_000_000_000
    ) throws(BreakerSettingsError) {
        self.slowThresholdNanoseconds = slowThresholdNanoseconds
        self.bucketNanoseconds = bucketNanoseconds
        self.callsMin = callsMin
        self.failureRateBasisPoints = failureRateBasisPoints
        self.slowRateBasisPoints = slowRateBasisPoints
        self.consecutiveFailures = consecutiveFailures
        self.consecutiveSpanNanoseconds = consecutiveSpanNanoseconds
        self.openNanosecondsMin = openNanosecondsMin
        self.openNanosecondsMax = openNanosecondsMax
        self.forgivenessNanoseconds = forgivenessNanoseconds
        self.trialCount = trialCount
        self.trialsInFlightMax = trialsInFlightMax
        self.rampNanoseconds = rampNanoseconds
        if let field = invalidField { throw BreakerSettingsError(field: field) }
    }

    private var invalidField: String? {
        let waits = 1...Self.waitNanosecondsMax
        let rates = 1...10_000
        let failures = 1...Self.consecutiveFailuresMax
        let trials = 1...Self.trialCountMax
        let checks: [(field: String, isValid: Bool)] = [
            ("slowThreshold", waits.contains(slowThresholdNanoseconds)),
            ("bucket", Self.bucketNanosecondsRange.contains(bucketNanoseconds)),
            ("callsMin", (1...OutcomeWindow.callsMinMax).contains(callsMin)),
            ("failureRate", rates.contains(failureRateBasisPoints)),
            ("slowRate", rates.contains(slowRateBasisPoints)),
            ("consecutiveFailures", failures.contains(consecutiveFailures)),
            ("consecutiveSpan", waits.contains(consecutiveSpanNanoseconds)),
            ("openMin", waits.contains(openNanosecondsMin)),
            ("openMax", waits.contains(openNanosecondsMax)),
            ("openMax", openNanosecondsMin <= openNanosecondsMax),
            ("forgiveness", waits.contains(forgivenessNanoseconds)),
            ("trialCount", trials.contains(trialCount)),
            ("trialsInFlightMax", trials.contains(trialsInFlightMax)),
            ("trialsInFlightMax", trialsInFlightMax <= trialCount),
            ("ramp", rampNanoseconds <= Self.waitNanosecondsMax),
        ]
        return checks.first { !$0.isValid }?.field
    }
}

/// A breaker setting out of its range.
package struct BreakerSettingsError: Error, Hashable, Sendable {
    /// The setting's name without its unit, such as `openMin`.
    package let field: String
}
