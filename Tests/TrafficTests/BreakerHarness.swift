// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

/// A breaker with a manual clock and the calls a test makes through it.
struct BreakerHarness {
    static let callBudget = 50 * millisecond

    let breaker: CircuitBreaker
    var clock = ManualClock()

    init(seed: UInt64 = 1, settings: BreakerSettings? = nil) throws {
        let settings =
            try settings ?? BreakerSettings(slowThresholdNanoseconds: 20 * millisecond)
        breaker = CircuitBreaker(settings: settings, seed: seed)
    }

    var state: BreakerState { breaker.effectiveState(now: clock.now) }
    var status: BreakerStatus { breaker.status(now: clock.now) }

    func decide() -> BreakerDecision {
        breaker.acquire(now: clock.now, deadline: clock.now + Self.callBudget)
    }

    func permit() -> Permit? {
        guard case .permit(let permit) = decide() else { return nil }
        return permit
    }

    @discardableResult
    func finish(_ permit: Permit, _ outcome: CallOutcome) -> BreakerEffect {
        breaker.record(permit, outcome, durationNanoseconds: millisecond, now: clock.now)
    }

    /// One call from start to end; nil when it was refused.
    @discardableResult
    func call(_ outcome: CallOutcome) -> BreakerEffect? {
        permit().map { finish($0, outcome) }
    }

    func calls(_ outcomes: [(CallOutcome, Int)]) -> [BreakerEffect?] {
        outcomes.flatMap { outcome, count in (0..<count).map { _ in call(outcome) } }
    }

    /// Opens the breaker by failures in a row.
    mutating func open() {
        for _ in 0..<breaker.settings.consecutiveFailures { call(.failure) }
    }

    /// Waits until an open breaker lets trials through.
    mutating func waitUntilHalfOpen() {
        clock.now += breaker.status(now: clock.now).remainingNanoseconds ?? 0
    }

    /// Closes a half-open breaker and waits for its ramp.
    mutating func recover() {
        for _ in 0..<breaker.settings.trialCount { call(.success) }
        clock.now += breaker.settings.rampNanoseconds + second
    }
}
