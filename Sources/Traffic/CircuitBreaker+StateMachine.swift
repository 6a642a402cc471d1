// SPDX-License-Identifier: Apache-2.0

extension CircuitBreaker {
    /// Every transition of a breaker, pure.
    ///
    /// A word, an event and a time go in, the next word and a verdict come out. Each change of
    /// phase starts an epoch, so that what began before it is stale.
    struct StateMachine: Sendable {
        /// Failures a half-open breaker may see and still close.
        static let trialFailuresMax = 1
        /// Results it must wait for to be allowed any.
        static let trialCountForFailure = 5

        let settings: BreakerSettings
        let seed: UInt64
    }
}

extension CircuitBreaker.StateMachine {
    typealias Admission = (word: BreakerWord, refusal: RefusalReason?)
    typealias Conclusion = (word: BreakerWord, effect: BreakerEffect)

    /// A call asks to start.
    ///
    /// Tickets are consecutive numbers; the ramp admits by them.
    func admit(_ word: BreakerWord, ticket: UInt64, now: UInt64) -> Admission {
        let word = settled(word, now: now)
        switch word.phase {
        case .forcedClosed, .metricsOnly:
            return (word, nil)
        case .forcedOpen:
            return (word, .forcedOpen)
        case .closed:
            return (word, ticket % 4 < rampQuarters(word, now: now) ? nil : .ramping)
        case .open:
            return now < word.time ? (word, .open) : admitTrial(halfOpened(word))
        case .halfOpen:
            return admitTrial(word)
        }
    }

    /// A call of an epoch has ended.
    ///
    /// `counts` is the window with the outcome already in it.
    func conclude(
        _ word: BreakerWord,
        _ outcome: CallOutcome,
        epoch: UInt32,
        counts: WindowCounts,
        now: UInt64
    ) -> Conclusion {
        let word = settled(word, now: now)
        guard word.epoch == epoch else { return (word, .stale) }
        switch (word.phase, outcome) {
        case (.halfOpen, _): return concludeTrial(word, outcome, now: now)
        case (_, .ignored): return (word, .returned)
        case (.closed, _) where trips(counts): return (opened(word, now: now), .opened)
        case (.metricsOnly, _) where trips(counts): return (word, .wouldOpen)
        default: return (word, .counted)
        }
    }

    /// Something other than its results condemns the version.
    ///
    /// Overrides and waits stand.
    func trip(_ word: BreakerWord, now: UInt64) -> Conclusion {
        let word = settled(word, now: now)
        switch word.phase {
        case .closed, .halfOpen: return (opened(word, now: now), .opened)
        default: return (word, .stale)
        }
    }

    /// An operator takes over until a time.
    func force(_ word: BreakerWord, _ mode: OverrideMode, until: UInt64) -> BreakerWord {
        BreakerWord(mode.phase, epoch: word.nextEpoch, payload: BreakerWord.tick(until))
    }

    /// An override ends.
    ///
    /// Nothing is known of a version that was held open: it is tried first.
    func release(_ word: BreakerWord) -> BreakerWord {
        switch word.phase {
        case .forcedOpen: halfOpened(word)
        case .forcedClosed, .metricsOnly: BreakerWord(.closed, epoch: word.nextEpoch)
        case .closed, .open, .halfOpen: word
        }
    }

    /// The word with a lapsed override ended.
    func settled(_ word: BreakerWord, now: UInt64) -> BreakerWord {
        let isOverride = word.phase.rawValue >= BreakerPhase.forcedOpen.rawValue
        return isOverride && now >= word.time ? release(word) : word
    }

    /// What the word means at a time.
    func state(_ word: BreakerWord, now: UInt64) -> BreakerState {
        let word = settled(word, now: now)
        switch word.phase {
        case .closed: return rampQuarters(word, now: now) == 4 ? .closed : .ramping
        case .open: return now < word.time ? .open : .halfOpen
        case .halfOpen: return .halfOpen
        case .forcedOpen: return .forcedOpen
        case .forcedClosed: return .forcedClosed
        case .metricsOnly: return .metricsOnly
        }
    }

    /// Openings not yet forgiven: one is for each while spent closed.
    func openings(_ word: BreakerWord, now: UInt64) -> UInt64 {
        guard word.phase == .closed else { return word.openings }
        return word.openings.minus(now.minus(word.time) / settings.forgivenessNanoseconds)
    }

    /// Whether the window condemns the version.
    func trips(_ counts: WindowCounts) -> Bool {
        if counts.consecutiveFailures >= settings.consecutiveFailures { return true }
        return counts.total >= settings.callsMin
            && (reaches(settings.failureRateBasisPoints, counts.failed, of: counts.total)
                || reaches(
                    settings.slowRateBasisPoints,
                    counts.failed + counts.slow,
                    of: counts.total
                ))
    }

    /// Quarters of the traffic a closed word lets through.
    private func rampQuarters(_ word: BreakerWord, now: UInt64) -> UInt64 {
        let elapsed = now.minus(word.time)
        if word.time == 0 || elapsed >= settings.rampNanoseconds { return 4 }
        return elapsed < settings.rampNanoseconds / 2 ? 1 : 2
    }

    private func reaches(_ basisPoints: Int, _ part: Int, of total: Int) -> Bool {
        part * 10_000 >= total * basisPoints
    }
}

// MARK: - Opening, trying, closing

extension CircuitBreaker.StateMachine {
    private func opened(_ word: BreakerWord, now: UInt64) -> BreakerWord {
        let openings = openings(word, now: now)
        let until = now.plus(openNanoseconds(openings: openings, epoch: word.nextEpoch))
        return BreakerWord(
            .open,
            epoch: word.nextEpoch,
            openings: openings + 1,
            payload: BreakerWord.tick(until)
        )
    }

    /// The doubled wait with equal jitter: anywhere in its upper half.
    func openNanoseconds(openings: UInt64, epoch: UInt32) -> UInt64 {
        let doubled = settings.openNanosecondsMin.times(1 << openings)
        let half = min(doubled, settings.openNanosecondsMax) / 2
        return half + scrambled(seed &+ UInt64(epoch)) % (half + 1)
    }

    private func halfOpened(_ word: BreakerWord) -> BreakerWord {
        BreakerWord(.halfOpen, epoch: word.nextEpoch, openings: word.openings)
    }

    private func closed(_ word: BreakerWord, now: UInt64) -> BreakerWord {
        BreakerWord(
            .closed,
            epoch: word.nextEpoch,
            openings: word.openings,
            payload: max(1, BreakerWord.tick(now))
        )
    }

    private func admitTrial(_ word: BreakerWord) -> Admission {
        var word = word
        let isFull =
            word.trials.admitted == settings.trialCount
            || word.trials.inFlight == settings.trialsInFlightMax
        if isFull { return (word, .halfOpen) }
        word.trials.admitted += 1
        return (word, nil)
    }

    private func concludeTrial(
        _ word: BreakerWord,
        _ outcome: CallOutcome,
        now: UInt64
    ) -> Conclusion {
        var word = word
        if outcome == .ignored {
            word.trials.admitted -= 1
            return (word, .returned)
        }
        word.trials.completed += 1
        if outcome == .failure { word.trials.failed += 1 }
        if outcome == .slow { word.trials.slow += 1 }
        return verdict(word, now: now)
    }

    /// Opens as soon as closing has become impossible; closes only when all results are in.
    private func verdict(_ word: BreakerWord, now: UInt64) -> Conclusion {
        let trials = word.trials
        if isLost(trials) { return (opened(word, now: now), .opened) }
        guard trials.completed == settings.trialCount else { return (word, .counted) }
        return (closed(word, now: now), .closed)
    }

    private func isLost(_ trials: BreakerWord.Trials) -> Bool {
        let count = settings.trialCount
        let failuresMax = count >= Self.trialCountForFailure ? Self.trialFailuresMax : 0
        return trials.failed > failuresMax
            || reaches(settings.failureRateBasisPoints, trials.failed, of: count)
            || reaches(settings.slowRateBasisPoints, trials.failed + trials.slow, of: count)
    }

    /// SplitMix64's output function: neighbouring inputs give unrelated outputs.
    private func scrambled(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
