// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Keeps calls away from a version that fails, is slow or hangs.
///
/// One per version and kind of call. Its state is one atomic word moved by compare-and-swap as
/// `StateMachine` says; time is the caller's monotonic clock in nanoseconds. Half-open trials are
/// leases of one epoch, so a late result never moves a newer state, and a call still in flight past
/// its deadline counts as a failure then, not when it ends. Never guard the last rung.
///
/// Concurrency: any thread; no locks and no allocation in `acquire`, `record` and `expire`. While
/// closed, a call costs four atomic read-modify-writes and a few loads.
package final class CircuitBreaker: Sendable {
    /// How often `acquire` sweeps for hung calls when nobody calls `expire`.
    package static let sweepIntervalNanoseconds: UInt64 = 10_000_000
    /// The longest an override may last: a week, so that none is forgotten.
    package static let overrideNanosecondsMax: UInt64 = 604_800_000_000_000

    /// What the breaker was made with.
    package var settings: BreakerSettings { machine.settings }

    private let machine: StateMachine
    private let word = Atomic(BreakerWord.initial.bits)
    private let leases = LeaseTable()
    private let window: OutcomeWindow
    private let failures = FailureRun()
    /// When a failure or a slow call last ended: without one in the window no rate can be reached.
    private let troubledAt = Atomic<UInt64>(0)
    private let tickets = Atomic<UInt64>(0)
    private let nextSweep = Atomic<UInt64>(0)
    /// Operators and status pages only; never taken by a call.
    private let overrideActor = Mutex<String?>(nil)

    private let openedTotal = Atomic<UInt64>(0)
    private let expiredTotal = Atomic<UInt64>(0)
    private let staleTotal = Atomic<UInt64>(0)
    private let untrackedTotal = Atomic<UInt64>(0)

    /// A closed breaker; the seed fixes the jitter of its waits.
    package init(settings: BreakerSettings, seed: UInt64) {
        machine = StateMachine(settings: settings, seed: seed)
        window = OutcomeWindow(bucketNanoseconds: settings.bucketNanoseconds)
    }
}

// MARK: - Calls

extension CircuitBreaker {
    /// Asks to make a call that is due at `deadline`, at most an hour away.
    ///
    /// A permit is a lease until 1 ms past the deadline; record its outcome, whatever it is.
    package func acquire(now: UInt64, deadline: UInt64) -> BreakerDecision {
        sweep(now: now)
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).oldValue
        let (word, refusal) = apply {
            let admission = machine.admit($0, ticket: ticket, now: now)
            return (admission.word, admission)
        }
        if let refusal { return .refused(refusal) }
        let lease = Lease(deadline: deadline, epoch: word.epoch, ticket: ticket, now: now)
        guard let slot = leases.claim(lease, ticket: ticket) else {
            return untracked(lease, isTrial: word.phase == .halfOpen, now: now)
        }
        return .permit(Permit(lease: lease, slot: slot))
    }

    /// Hands a permit back with how its call ended and how long it took.
    ///
    /// A result past its lease is a failure whether or not a sweep has seen it.
    @discardableResult
    package func record(
        _ permit: Permit,
        _ outcome: CallOutcome,
        durationNanoseconds: UInt64,
        now: UInt64
    ) -> BreakerEffect {
        let isTracked = permit.slot != Permit.untrackedSlot
        if isTracked, !leases.release(permit.lease, slot: permit.slot) { return stale() }
        let isHung = permit.lease.hasLapsed(now: now)
        let isSlow = outcome == .success && durationNanoseconds > settings.slowThresholdNanoseconds
        let counted = isHung ? .failure : isSlow ? .slow : outcome
        return conclude(counted, epoch: permit.lease.epoch, now: now)
    }

    /// Counts every call in flight past its deadline as failed; their results will be stale.
    ///
    /// Call it from a timer, so that hung calls are seen without new ones. Returns how many.
    @discardableResult
    package func expire(now: UInt64) -> Int {
        var count = 0
        leases.expire(now: now) { lease in
            count += 1
            _ = conclude(.failure, epoch: lease.epoch, now: now)
        }
        if count > 0 { expiredTotal.wrappingAdd(UInt64(count), ordering: .relaxed) }
        return count
    }

    /// Opens at once, for what the results do not show: a crash, a pool full of abandoned calls.
    @discardableResult
    package func trip(now: UInt64) -> BreakerEffect {
        counted(apply { machine.trip($0, now: now) })
    }

    private func sweep(now: UInt64) {
        let due = nextSweep.load(ordering: .relaxed)
        guard now >= due else { return }
        let (isOurs, _) = nextSweep.compareExchange(
            expected: due,
            desired: now.plus(Self.sweepIntervalNanoseconds),
            ordering: .relaxed
        )
        if isOurs { expire(now: now) }
    }

    /// A trial must be leased, or a hung one would hold the breaker half-open for ever.
    private func untracked(_ lease: Lease, isTrial: Bool, now: UInt64) -> BreakerDecision {
        untrackedTotal.wrappingAdd(1, ordering: .relaxed)
        guard isTrial else { return .permit(Permit(lease: lease, slot: Permit.untrackedSlot)) }
        _ = conclude(.ignored, epoch: lease.epoch, now: now)
        return .refused(.halfOpen)
    }

    private func conclude(_ outcome: CallOutcome, epoch: UInt32, now: UInt64) -> BreakerEffect {
        let seen = BreakerWord(bits: word.load(ordering: .acquiring))
        if seen.epoch == epoch, seen.phase != .halfOpen, outcome != .ignored {
            count(outcome, epoch: epoch, now: now)
        }
        let counts = isTroubled(now: now) ? counts(epoch: epoch, now: now) : WindowCounts()
        return counted(
            apply { machine.conclude($0, outcome, epoch: epoch, counts: counts, now: now) }
        )
    }

    private func count(_ outcome: CallOutcome, epoch: UInt32, now: UInt64) {
        window.add(outcome, epoch: epoch, now: now)
        if outcome != .success { troubledAt.store(now, ordering: .relaxed) }
        if outcome == .failure {
            failures.fail(epoch: epoch, now: now)
        } else {
            failures.succeed(epoch: epoch)
        }
    }

    private func isTroubled(now: UInt64) -> Bool {
        let at = troubledAt.load(ordering: .relaxed)
        return at != 0 && now.minus(at) <= window.spanNanoseconds
    }

    private func counts(epoch: UInt32, now: UInt64) -> WindowCounts {
        var counts = window.counts(epoch: epoch, now: now)
        counts.consecutiveFailures = failures.length(
            epoch: epoch,
            limit: settings.consecutiveFailures,
            span: settings.consecutiveSpanNanoseconds,
            now: now
        )
        return counts
    }

    private func counted(_ effect: BreakerEffect) -> BreakerEffect {
        if effect == .opened { openedTotal.wrappingAdd(1, ordering: .relaxed) }
        return effect == .stale ? stale() : effect
    }

    private func stale() -> BreakerEffect {
        staleTotal.wrappingAdd(1, ordering: .relaxed)
        return .stale
    }

    /// Moves the word by a pure step, again from the start whenever another thread was faster.
    private func apply<Verdict>(_ step: (BreakerWord) -> (BreakerWord, Verdict)) -> Verdict {
        var seen = word.load(ordering: .acquiring)
        while true {
            let (next, verdict) = step(BreakerWord(bits: seen))
            if next.bits == seen { return verdict }
            let (exchanged, current) = word.compareExchange(
                expected: seen,
                desired: next.bits,
                ordering: .acquiringAndReleasing
            )
            if exchanged { return verdict }
            seen = current
        }
    }
}

// MARK: - Operators

extension CircuitBreaker {
    /// Holds the breaker in a mode for a while; calls in flight become stale.
    ///
    /// False, changing nothing, unless the time is between 1 ns and a week. It ends by itself.
    package func force(
        _ mode: OverrideMode,
        forNanoseconds duration: UInt64,
        actor: String,
        now: UInt64
    ) -> Bool {
        guard (1...Self.overrideNanosecondsMax).contains(duration) else { return false }
        overrideActor.withLock { holder in
            holder = actor
            apply { (machine.force($0, mode, until: now.plus(duration)), ()) }
        }
        return true
    }

    /// Ends an override before its time; false when there is none.
    package func release(now: UInt64) -> Bool {
        apply { seen in
            let word = machine.settled(seen, now: now)
            let released = machine.release(word)
            return (released, released != word)
        }
    }

    /// The effective state at a time.
    package func effectiveState(now: UInt64) -> BreakerState {
        machine.state(BreakerWord(bits: word.load(ordering: .acquiring)), now: now)
    }

    /// All there is to show at a time.
    package func status(now: UInt64) -> BreakerStatus {
        let word = machine.settled(BreakerWord(bits: word.load(ordering: .acquiring)), now: now)
        let isOverride = OverrideMode.allCases.contains { $0.phase == word.phase }
        let isWaiting = isOverride || (word.phase == .open && now < word.time)
        let isTrying = word.phase == .halfOpen
        return BreakerStatus(
            state: machine.state(word, now: now),
            epoch: word.epoch,
            window: counts(epoch: word.epoch, now: now),
            openings: Int(machine.openings(word, now: now)),
            remainingNanoseconds: isWaiting ? word.time.minus(now) : nil,
            trialsCompleted: isTrying ? word.trials.completed : 0,
            trialsInFlight: isTrying ? word.trials.inFlight : 0,
            actor: isOverride ? overrideActor.withLock { $0 } : nil,
            inFlightCount: leases.count,
            openedTotal: openedTotal.load(ordering: .relaxed),
            expiredTotal: expiredTotal.load(ordering: .relaxed),
            staleTotal: staleTotal.load(ordering: .relaxed),
            untrackedTotal: untrackedTotal.load(ordering: .relaxed)
        )
    }
}
