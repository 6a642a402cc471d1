// SPDX-License-Identifier: Apache-2.0

@testable import Traffic

/// Callers and a watchdog sharing one breaker, one atomic step at a time.
///
/// The steps are those of `CircuitBreaker`: load the word, swap it, claim a lease, release it,
/// count, swap again. The transitions are the real `StateMachine`; memory is what a test can hash.
struct BreakerModel: Hashable {
    /// What an actor is about to do.
    enum Step: Hashable {
        /// Start a call, or be done.
        case idle
        /// Swap in what admitting a call made of the word it loaded.
        case admit(seen: BreakerWord)
        /// Take a slot for the call it was admitted to make in an epoch.
        case claim(epoch: UInt32)
        /// End the call, give the lease back.
        case inFlight(lease: Lease)
        /// Load the word, to see whether the outcome still counts.
        case count(CallOutcome, epoch: UInt32)
        /// Swap in what the outcome made of the word it loaded.
        case conclude(CallOutcome, epoch: UInt32, seen: BreakerWord)
    }

    struct Actor: Hashable {
        var step = Step.idle
        var callsLeft: Int
    }

    var word: BreakerWord
    var now: UInt64
    var leaps: Int
    var leases: [Lease] = []
    /// Failures in a row, as `FailureRun` keeps them: of one epoch.
    var run = 0
    var runEpoch: UInt32 = 0
    /// The callers, then the watchdog.
    var actors: [Actor]
}

extension BreakerModel {
    /// A rule that some interleaving broke.
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    static let callBudget = 10 * millisecond
    /// Past every lease and every open wait.
    static let leap = 400 * second

    var watchdog: Int { actors.count - 1 }

    /// Every state one step away.
    func successors(_ machine: CircuitBreaker.StateMachine) throws -> [BreakerModel] {
        var next = try actors.indices.flatMap { try successors(actor: $0, machine) }
        if leaps > 0 {
            next.append(
                changed {
                    $0.now += Self.leap
                    $0.leaps -= 1
                }
            )
        }
        for model in next { try model.check(machine) }
        return next
    }

    private func successors(
        actor: Int,
        _ machine: CircuitBreaker.StateMachine
    ) throws -> [BreakerModel] {
        switch actors[actor].step {
        case .idle:
            return actor == watchdog ? expirations : starts(actor)
        case .admit(let seen):
            return [try admitted(actor, seen, machine)]
        case .claim(let epoch):
            return [claimed(actor, epoch)]
        case .inFlight(let lease):
            return releases(actor, lease)
        case .count(let outcome, let epoch):
            return [counted(actor, outcome, epoch)]
        case .conclude(let outcome, let epoch, let seen):
            return [try concluded(actor, outcome, epoch, seen, machine)]
        }
    }

    private func changed(_ change: (inout BreakerModel) -> Void) -> BreakerModel {
        var model = self
        change(&model)
        return model
    }

    private func starts(_ actor: Int) -> [BreakerModel] {
        guard actors[actor].callsLeft > 0 else { return [] }
        return [
            changed {
                $0.actors[actor].callsLeft -= 1
                $0.actors[actor].step = .admit(seen: word)
            }
        ]
    }

    private func admitted(
        _ actor: Int,
        _ seen: BreakerWord,
        _ machine: CircuitBreaker.StateMachine
    ) throws -> BreakerModel {
        let (next, refusal) = machine.admit(seen, ticket: 0, now: now)
        guard next == seen || word == seen else {
            return changed { $0.actors[actor].step = .admit(seen: word) }
        }
        if next != seen { try checkMove(from: seen, to: next) }
        return changed {
            if next != seen { $0.word = next }
            $0.actors[actor].step = refusal == nil ? .claim(epoch: next.epoch) : .idle
        }
    }

    private func claimed(_ actor: Int, _ epoch: UInt32) -> BreakerModel {
        // The tag tells the calls apart, as tickets do.
        let tag = UInt64((actor * 4 + actors[actor].callsLeft) * LeaseTable.slotCount)
        let lease = Lease(deadline: now + Self.callBudget, epoch: epoch, ticket: tag, now: now)
        return changed {
            $0.leases.append(lease)
            $0.leases.sort { $0.bits < $1.bits }
            $0.actors[actor].step = .inFlight(lease: lease)
        }
    }

    private func releases(_ actor: Int, _ lease: Lease) -> [BreakerModel] {
        guard leases.contains(lease) else {
            return [changed { $0.actors[actor].step = .idle }]
        }
        let outcomes: [CallOutcome] =
            lease.hasLapsed(now: now) ? [.failure] : [.success, .failure, .ignored]
        return outcomes.map { outcome in
            changed {
                $0.leases.removeAll { $0 == lease }
                $0.actors[actor].step = .count(outcome, epoch: lease.epoch)
            }
        }
    }

    private var expirations: [BreakerModel] {
        leases.filter { $0.hasLapsed(now: now) }.map { lease in
            changed {
                $0.leases.removeAll { $0 == lease }
                $0.actors[watchdog].step = .count(.failure, epoch: lease.epoch)
            }
        }
    }

    private func counted(_ actor: Int, _ outcome: CallOutcome, _ epoch: UInt32) -> BreakerModel {
        changed {
            if word.epoch == epoch, word.phase != .halfOpen, outcome != .ignored {
                let before = runEpoch == epoch ? run : 0
                $0.run = outcome == .failure ? before + 1 : 0
                $0.runEpoch = epoch
            }
            $0.actors[actor].step = .conclude(outcome, epoch: epoch, seen: word)
        }
    }

    private func concluded(
        _ actor: Int,
        _ outcome: CallOutcome,
        _ epoch: UInt32,
        _ seen: BreakerWord,
        _ machine: CircuitBreaker.StateMachine
    ) throws -> BreakerModel {
        let counts = WindowCounts(consecutiveFailures: runEpoch == epoch ? run : 0)
        let (next, effect) = machine.conclude(seen, outcome, epoch: epoch, counts: counts, now: now)
        if seen.epoch != epoch, next != seen || effect != .stale {
            throw Violation(description: "a stale result moved \(seen) to \(next)")
        }
        guard next == seen || word == seen else {
            return changed { $0.actors[actor].step = .conclude(outcome, epoch: epoch, seen: word) }
        }
        if next != seen { try checkMove(from: seen, to: next, outcome, counts, machine) }
        return changed {
            if next != seen { $0.word = next }
            $0.actors[actor].step = .idle
        }
    }
}

// MARK: - Rules

extension BreakerModel {
    private func check(_ machine: CircuitBreaker.StateMachine) throws {
        guard word.phase == .halfOpen else { return }
        let trials = word.trials
        let holders = leases.count { $0.epoch == word.epoch } + actors.count { holdsTrial($0) }
        let isSound =
            trials.inFlight <= machine.settings.trialsInFlightMax
            && trials.admitted <= machine.settings.trialCount && trials.inFlight == holders
        if !isSound { throw Violation(description: "\(holders) holders of \(trials)") }
    }

    /// Whether an actor carries a permit that no lease stands for.
    private func holdsTrial(_ actor: Actor) -> Bool {
        switch actor.step {
        case .claim(let epoch), .count(_, let epoch), .conclude(_, let epoch, _):
            epoch == word.epoch
        case .idle, .admit, .inFlight: false
        }
    }

    private func checkMove(from seen: BreakerWord, to next: BreakerWord) throws {
        let isTrial = next.phase == .halfOpen && next.trials.admitted > seen.trials.admitted
        let isFirst = seen.phase == .open && now >= seen.time && next.epoch == seen.nextEpoch
        let isNext = seen.phase == .halfOpen && next.epoch == seen.epoch && isTrial
        guard isNext || (isFirst && next.phase == .halfOpen && next.trials.admitted == 1) else {
            throw Violation(description: "admitting moved \(seen) to \(next)")
        }
    }

    private func checkMove(
        from seen: BreakerWord,
        to next: BreakerWord,
        _ outcome: CallOutcome,
        _ counts: WindowCounts,
        _ machine: CircuitBreaker.StateMachine
    ) throws {
        let isLast = seen.trials.completed + 1 == machine.settings.trialCount
        let isSound =
            switch (seen.phase, next.phase) {
            case (.closed, .open): outcome != .ignored && machine.trips(counts)
            case (.halfOpen, .open): outcome == .failure
            case (.halfOpen, .closed): isLast && outcome == .success && seen.trials.failed == 0
            case (.halfOpen, .halfOpen):
                next.epoch == seen.epoch && next.trials.inFlight == seen.trials.inFlight - 1
                    && (next.trials.completed == seen.trials.completed) == (outcome == .ignored)
            default: false
            }
        let keepsOrder = next.epoch == seen.epoch || next.epoch == seen.nextEpoch
        guard isSound, keepsOrder, outcome != .ignored || next.epoch == seen.epoch else {
            throw Violation(description: "\(outcome) moved \(seen) to \(next)")
        }
    }
}
