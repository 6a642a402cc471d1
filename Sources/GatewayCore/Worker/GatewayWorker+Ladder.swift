// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Traffic

extension GatewayWorker {
    /// The longest that a loop may be late with giving up a call: one that gets no core for longer
    /// serves nobody.
    private static let lateLoopNanoseconds: UInt64 = 1_000_000_000

    /// What became of an attempt to answer with a model.
    private enum Attempt {
        case answered
        case pending
        case failed(DegradeReason)
    }

    /// Moves a decision down its ladder until a rung answers or a pooled handler has the call.
    func run(_ decision: Decision) -> Disposition {
        while true {
            switch attempt(decision) {
            case .answered:
                finish(decision)
                return .answered
            case .pending:
                return .pending(ticket: decision.slot)
            case .failed(let reason):
                descend(decision, reason)
            }
        }
    }

    private func attempt(_ decision: Decision) -> Attempt {
        guard decision.ladder.rung.needsModel else {
            let now = clock.monotonicNanoseconds()
            let rung = decision.ladder.rung
            guard !rung.needsMemory || hasMemory(for: decision),
                decision.answer(from: rung, memory, now: now)
            else { return .failed(.noAnswer) }
            decision.stages.finish(.fallback, now: clock.monotonicNanoseconds())
            return .answered
        }
        guard decision.needsHandler else { return .answered }
        let isStable = decision.ladder.rung == .stable
        let index = isStable ? decision.model.stable : decision.assignedVersion
        return attempt(decision, decision.model.versions[index])
    }

    private func attempt(_ decision: Decision, _ version: ServedVersion) -> Attempt {
        guard version.isEnabled else { return .failed(.disabled) }
        let now = decision.stages.mark
        guard fits(version, decision.budget, now) else { return .failed(.deadline) }
        let deadline = callDeadline(version, decision.budget, now)
        let lease = leaseDeadline(version, deadline)
        guard case .permit(let permit) = version.breaker.acquire(now: now, deadline: lease)
        else { return .failed(.breakerOpen) }
        decision.currentVersion = version
        decision.permit = permit
        decision.modelStart = now
        decision.callEnd = .max
        decision.callDeadline = deadline
        decision.fillCall(unixMilliseconds: unixMilliseconds(at: now))
        switch version.placement {
        case .inline(let binding):
            let status = binding.execute(decision.call, reader: readerPointer)
            return conclude(decision, version, HandlerStatus(rawValue: status))
        case .queued(let queue):
            return submit(decision, version, queue)
        }
    }

    private func submit(
        _ decision: Decision,
        _ version: ServedVersion,
        _ queue: any CallQueue
    ) -> Attempt {
        if queue.submit(decision.call) {
            decision.isWaiting = true
            decision.lentCallCount += 1
            lentTo = queue
            return .pending
        }
        record(decision, version, .ignored, .ignored)
        return refused(decision, decision.call.refusal ?? .full)
    }

    /// Judges what the handler of the current rung ended with.
    private func conclude(
        _ decision: Decision,
        _ version: ServedVersion,
        _ status: HandlerStatus
    ) -> Attempt {
        switch status.verdict {
        case .success:
            if let reason = decision.judge() {
                record(decision, version, .failure, .failure)
                return .failed(reason)
            }
            record(decision, version, .success, .success)
            if hasMemory(for: decision), !decision.isForced {
                decision.remember(memory, now: decision.stages.mark)
            }
            return .answered
        case .failure:
            record(decision, version, .failure, .failure)
            return .failed(.handlerError)
        case .ignored:
            record(decision, version, .ignored, .ignored)
            guard let refusal = decision.call.refusal else { return .failed(.handlerError) }
            return refused(decision, refusal)
        }
    }

    /// A queue that does not run is no overload.
    private func refused(_ decision: Decision, _ refusal: QueueRefusal) -> Attempt {
        guard let stage = refusal.stage else { return .failed(.unavailable) }
        countShed(decision.purpose.admissionClass, stage)
        return .failed(.overloaded)
    }

    /// Whether the worker's memory is of the decision's snapshot: a pending decision may outlive it,
    /// and rows and prices mean something else in the next.
    private func hasMemory(for decision: Decision) -> Bool {
        decision.state.snapshot === state.snapshot
    }

    /// Tells the breaker, the rolling quantile and the metrics how the current call ended.
    private func record(
        _ decision: Decision,
        _ version: ServedVersion,
        _ outcome: CallOutcome,
        _ result: CallResult
    ) {
        guard let permit = decision.permit else { return }
        let now = clock.monotonicNanoseconds()
        let end = min(decision.callEnd, now)
        let duration = end &- min(decision.modelStart, end)
        decision.permit = nil
        decision.stages.finish(.model, now: now)
        version.breaker.record(permit, outcome, durationNanoseconds: duration, now: now)
        learn(version, outcome, duration, now)
        let isSlow = duration > version.breaker.settings.slowThresholdNanoseconds
        metrics.observe(version.series.duration, nanoseconds: duration)
        metrics.increment(version.series.calls(result == .success && isSlow ? .slow : result))
    }

    /// Keeps a version's times; a call of an older state may name an ordinal that is gone.
    private func learn(
        _ version: ServedVersion,
        _ outcome: CallOutcome,
        _ duration: UInt64,
        _ now: UInt64
    ) {
        guard outcome != .ignored, version.ordinal < handlerTimes.count else { return }
        let times = handlerTimes[version.ordinal]
        times.rolling.record(nanoseconds: duration, now: now)
        guard version.placement.queue == nil, !times.inlineWatch.shouldDemote else { return }
        times.inlineWatch.record(durationNanoseconds: duration, at: now)
        if times.inlineWatch.shouldDemote { onSlowHandler(version.ordinal) }
    }

    private func descend(_ decision: Decision, _ reason: DegradeReason) {
        let stable = decision.model.versions[decision.model.stable]
        let now = clock.monotonicNanoseconds()
        if reason == .deadline { countExceededBudget(decision) }
        decision.descend(reason, modelFits: fits(stable, decision.budget, now))
    }

    /// The model stage's end, or that of the fallback's reserve for a call that begins too late for
    /// it: a version must not fail for time that others have spent.
    private func callDeadline(
        _ version: ServedVersion,
        _ budget: LatencyBudget,
        _ now: UInt64
    ) -> UInt64 {
        let stageEnd = budget.softDeadline(for: .model)
        let ends = now &+ expectedNanoseconds(version, now)
        return ends < stageEnd ? stageEnd : budget.softDeadline(for: .fallback)
    }

    /// When a call counts as hung, for its breaker.
    ///
    /// The loop gives a queued call up at its deadline, once it gets there: while the loop is
    /// overloaded that may be later, and is not the version's fault.
    private func leaseDeadline(_ version: ServedVersion, _ deadline: UInt64) -> UInt64 {
        version.placement.queue == nil ? deadline : deadline &+ Self.lateLoopNanoseconds
    }

    /// Whether a version's usual time fits into what is left.
    ///
    /// A version of an older state than the worker's has no times any more.
    private func fits(_ version: ServedVersion, _ budget: LatencyBudget, _ now: UInt64) -> Bool {
        budget.canStart(
            .model,
            now: now,
            rollingP99Nanoseconds: expectedNanoseconds(version, now)
        )
    }

    private func expectedNanoseconds(_ version: ServedVersion, _ now: UInt64) -> UInt64 {
        version.ordinal < handlerTimes.count
            ? handlerTimes[version.ordinal].rolling.p99Nanoseconds(now: now) : 0
    }
}

// MARK: - Pending calls

extension GatewayWorker {
    /// The earliest soft deadline of the calls that wait for a pooled handler.
    package var nextDeadlineNanoseconds: UInt64? {
        var earliest: UInt64?
        for decision in decisions.all where decision.isWaiting {
            earliest = min(earliest ?? decision.callDeadline, decision.callDeadline)
        }
        return earliest
    }

    /// Answers from the next rung wherever a pooled handler is late; its result will be dropped.
    package func expirePendingCalls() {
        let now = clock.monotonicNanoseconds()
        for decision in decisions.all
        where decision.isWaiting && decision.callDeadline <= now {
            expire(decision)
        }
    }

    /// Goes on without a call that is late, by the fault of its handler or of an overload.
    private func expire(_ decision: Decision) {
        let queue = decision.currentVersion?.placement.queue
        switch queue?.progress(of: decision.call) ?? .running {
        case .waiting:
            giveUp(decision, .ignored)
            countShed(decision.purpose.admissionClass, .dequeue)
            descend(decision, .overloaded)
        case .running:
            let now = clock.monotonicNanoseconds()
            giveUp(decision, decision.isGivenUpLate(now: now) ? .ignored : .failure)
            descend(decision, .deadline)
        case .ended:
            giveUp(decision, .ignored)
            descend(decision, .deadline)
        }
        resume(decision)
    }

    /// Waits a moment for the answer of a queue that brings it to this thread, once the replies of a
    /// turn have left: nobody has to wake the loop then.
    package func awaitNearAnswer() {
        guard let queue = lentTo else { return }
        lentTo = nil
        guard patience.shouldSpin() else { return }
        let outcome = queue.awaitEnd(nanoseconds: SpinPatience.spinNanoseconds)
        patience.record(outcome)
        if outcome == .hit { lentTo = queue }
    }

    /// Takes a call back from a pool.
    ///
    /// Run on the worker's loop.
    package func poolEnded(_ slot: Int, _ call: HandlerCall, status: Int32) {
        let decision = decisions.all[slot]
        decision.lentCallCount -= 1
        guard decision.isWaiting, decision.call === call, let version = decision.currentVersion
        else {
            return decisions.giveBackIfIdle(decision)
        }
        decision.isWaiting = false
        decision.bookWait(nanoseconds: call.waitNanoseconds)
        decision.callEnd = call.endedNanoseconds
        switch conclude(decision, version, HandlerStatus(rawValue: status)) {
        case .answered:
            beginReply(of: decision)
            finish(decision)
            onAnswered(slot)
        case .failed(let reason):
            descend(decision, reason)
            resume(decision)
        case .pending:
            break
        }
    }

    /// Nobody waits for a pending request any more.
    package func cancel(_ ticket: Int) {
        let decision = decisions.all[ticket]
        guard decision.isWaiting else { return }
        giveUp(decision, .ignored)
        giveBack(decision)
    }

    private func giveUp(_ decision: Decision, _ outcome: CallOutcome) {
        decision.isWaiting = false
        guard let version = decision.currentVersion else { return }
        version.placement.queue?.abandon(decision.call)
        record(decision, version, outcome, outcome == .failure ? .late : .ignored)
    }

    private func resume(_ decision: Decision) {
        beginReply(of: decision)
        if case .answered = run(decision) { onAnswered(decision.slot) }
    }

    /// Other requests have used the reply since this one was handled.
    private func beginReply(of decision: Decision) {
        reply.reset()
        if decision.isCrossOrigin { reply.addCrossOriginFields(decision.state.crossOrigin) }
    }
}
