// SPDX-License-Identifier: Apache-2.0

/// What a breaker does now, by the clock; raw values are the wire names.
package enum BreakerState: String, Sendable, CaseIterable {
    /// Lets every call through.
    case closed
    /// Closed again, letting a quarter and then half of the calls through.
    case ramping
    /// Refuses every call.
    case open
    /// Lets a few trials through.
    case halfOpen = "half_open"
    /// Held open by an operator.
    case forcedOpen = "forced_open"
    /// Held closed by an operator.
    case forcedClosed = "forced_closed"
    /// Counts and never refuses: shadows and first deployments.
    case metricsOnly = "metrics_only"
}

/// What an operator can hold a breaker in; raw values are the wire names.
package enum OverrideMode: String, Sendable, CaseIterable {
    /// Refuse every call.
    case forcedOpen = "forced_open"
    /// Let every call through.
    case forcedClosed = "forced_closed"
    /// Let every call through and say when the breaker would have opened.
    case metricsOnly = "metrics_only"

    var phase: BreakerPhase {
        switch self {
        case .forcedOpen: .forcedOpen
        case .forcedClosed: .forcedClosed
        case .metricsOnly: .metricsOnly
        }
    }
}

/// A breaker at one moment, for the status page and metrics.
package struct BreakerStatus: Hashable, Sendable {
    /// The effective state.
    package let state: BreakerState
    /// How often the phase has changed, modulo 2^24.
    package let epoch: UInt32
    /// The window of the current epoch.
    package let window: WindowCounts
    /// Openings not yet forgiven; the next wait doubles with each.
    package let openings: Int
    /// Nanoseconds until an open wait or an override ends; nil without one.
    package let remainingNanoseconds: UInt64?
    /// Results of a half-open breaker's trials so far, and how many it waits for.
    package let trialsCompleted: Int
    /// Trials in flight.
    package let trialsInFlight: Int
    /// Who holds the breaker; nil without an override.
    package let actor: String?
    /// Calls in flight with a lease.
    package let inFlightCount: Int
    /// Times it opened.
    package let openedTotal: UInt64
    /// Calls that were still in flight past their deadline.
    package let expiredTotal: UInt64
    /// Results that came too late to count.
    package let staleTotal: UInt64
    /// Calls that found no lease and went unwatched.
    package let untrackedTotal: UInt64
}
