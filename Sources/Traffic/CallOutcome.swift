// SPDX-License-Identifier: Apache-2.0

/// How a guarded call ended; the caller chooses, and chooses `failure` when in doubt.
package enum CallOutcome: Sendable, CaseIterable {
    /// A usable answer. The breaker makes it `slow` past the settings' threshold.
    case success
    /// A handler's error or trap, an overrun deadline, an answer that is not finite, negative,
    /// outside the guard's band or of the wrong shape.
    case failure
    /// A usable answer that took too long.
    case slow
    /// No verdict on the version: the client left, the request was bad, admission shed the call.
    case ignored
}

/// The right to make one call; hand it back with `CircuitBreaker.record` exactly once.
package struct Permit: Hashable, Sendable {
    static let untrackedSlot = UInt16.max

    let lease: Lease
    let slot: UInt16
}

/// What a breaker says to a call.
package enum BreakerDecision: Hashable, Sendable {
    /// Make the call and record its outcome.
    case permit(Permit)
    /// Answer from the next rung.
    case refused(RefusalReason)
}

/// Why a call was refused; raw values are the wire names.
package enum RefusalReason: String, Sendable, CaseIterable {
    /// Too many calls failed or were slow.
    case open
    /// All trials of the half-open breaker are taken.
    case halfOpen = "half_open"
    /// Closed again, but not all traffic is back yet.
    case ramping
    /// An operator holds it open.
    case forcedOpen = "forced_open"
}

/// What a recorded outcome did to the breaker.
package enum BreakerEffect: Sendable, CaseIterable {
    /// It was counted.
    case counted
    /// It was ignored and its permit returned.
    case returned
    /// It came after its lease had lapsed or the breaker had moved on: it changed nothing.
    case stale
    /// It opened the breaker.
    case opened
    /// It closed the breaker.
    case closed
    /// It would have opened the breaker, had it not been in metrics-only mode.
    case wouldOpen
}
