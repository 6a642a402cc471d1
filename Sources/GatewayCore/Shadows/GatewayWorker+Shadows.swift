// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Traffic

extension GatewayWorker {
    /// How long after a reply was written a shadow may still be asked; a loop that comes later has
    /// live requests to see to.
    private static let turnNanosecondsMaximum: UInt64 = 1_000_000

    /// Whether an answered request waits for `startShadows`.
    package var hasWaitingShadows: Bool { !shadows.waiting.isEmpty }

    // MARK: Keeping

    /// Keeps an answered decision from the next live request when a shadow samples it.
    func keepForShadows(_ decision: Decision) {
        guard !decision.model.shadowed.isEmpty, !decision.isForced else { return }
        var isKept = false
        for version in decision.model.shadowed where decision.isSampled(by: version) {
            guard let recorder = recorder(of: version) else { continue }
            if decision.servedVersion == nil {
                recorder.count(.notComparable)
            } else if !mayShadow || !shadows.mayWait {
                recorder.count(.shed)
            } else {
                isKept = true
            }
        }
        guard isKept else { return }
        lend(decision)
        shadows.keep(decision)
    }

    // MARK: Starting

    /// Hands the requests answered in this turn of the loop to the shadows that sample them.
    ///
    /// Call it when the replies have left.
    package func startShadows() {
        collectShadows()
        let now = clock.monotonicNanoseconds()
        while let decision = shadows.nextWaiting() {
            for version in decision.model.shadowed where decision.isSampled(by: version) {
                guard let shadow = version.shadow else { continue }
                if let refusal = start(shadow, decision, now) { count(refusal, shadow) }
            }
            takeBack(decision)
        }
    }

    /// Asks a shadow; the result when it is not asked.
    private func start(
        _ shadow: ServedShadow,
        _ decision: Decision,
        _ now: UInt64
    ) -> ShadowResult? {
        let isBehind = now &- min(decision.stages.mark, now) > Self.turnNanosecondsMaximum
        guard mayShadow, !isBehind else { return .shed }
        guard !shadow.queue.isStuck, shadow.meter.enter() else { return .full }
        guard let call = shadows.take() else {
            shadow.meter.leave()
            return .full
        }
        guard call.submit(decision, to: shadow, now: now) else {
            shadow.meter.leave()
            shadows.giveBack(call)
            return .full
        }
        lend(decision)
        shadows.started(call)
        return nil
    }

    // MARK: Collecting

    /// Compares the answers that have come, and gives up calls whose time is over.
    func collectShadows() {
        guard !shadows.inFlight.isEmpty else { return }
        let now = clock.monotonicNanoseconds()
        for index in shadows.inFlight.indices.reversed() {
            let call = shadows.inFlight[index]
            if let ending = call.ending {
                conclude(shadows.remove(at: index), ending)
            } else if !call.isLate, call.deadlineNanoseconds <= now, let shadow = call.shadow {
                giveUp(call, shadow, now)
            }
        }
    }

    /// Counts a call that is late, and lets its serving state go: a handler that hangs must not keep
    /// an old snapshot's bindings from being released.
    private func giveUp(_ call: ShadowCall, _ shadow: ServedShadow, _ now: UInt64) {
        call.isLate = true
        call.decision?.comparisonCount -= 1
        shadow.queue.abandon(call.call)
        let recorder = recorder(of: shadow)
        recorder.observe(durationNanoseconds: now &- call.startNanoseconds)
        recorder.count(.late)
    }

    private func conclude(
        _ call: ShadowCall,
        _ ending: (status: HandlerStatus, nanoseconds: UInt64)
    ) {
        guard let shadow = call.shadow, let decision = call.decision else { return }
        let isLate = call.isLate
        if !isLate { compare(call, decision, shadow, ending) }
        shadow.meter.leave()
        shadows.giveBack(call)
        takeBack(decision, isCompared: !isLate)
    }

    private func compare(
        _ call: ShadowCall,
        _ decision: Decision,
        _ shadow: ServedShadow,
        _ ending: (status: HandlerStatus, nanoseconds: UInt64)
    ) {
        let recorder = recorder(of: shadow)
        let result = call.result(ending)
        if result == .compared { decision.compare(with: call.call, recorder) }
        recorder.observe(durationNanoseconds: ending.nanoseconds)
        recorder.count(result)
    }

    // MARK: Decisions

    private func lend(_ decision: Decision) {
        if decision.shadowCount == 0 { decisions.keptCount += 1 }
        decision.shadowCount += 1
        decision.comparisonCount += 1
    }

    private func takeBack(_ decision: Decision, isCompared: Bool = true) {
        decision.shadowCount -= 1
        if isCompared { decision.comparisonCount -= 1 }
        guard decision.shadowCount == 0 else { return }
        decisions.keptCount -= 1
        giveBack(decision)
    }

    // MARK: Counting

    private func count(_ result: ShadowResult, _ shadow: ServedShadow) {
        recorder(of: shadow).count(result)
    }

    private func recorder(of version: ServedVersion) -> ShadowRecorder? {
        version.shadow.map(recorder)
    }

    private func recorder(of shadow: ServedShadow) -> ShadowRecorder {
        ShadowRecorder(metrics: metrics, series: shadow.series, meter: shadow.meter)
    }
}

extension ShadowCall {
    /// What a call came to that ended before it was given up.
    fileprivate func result(_ ending: (status: HandlerStatus, nanoseconds: UInt64)) -> ShadowResult
    {
        if startNanoseconds &+ ending.nanoseconds > deadlineNanoseconds { return .late }
        if call.replyFault != nil { return .badReply }
        return ending.status == .ok ? .compared : .handlerError
    }
}

extension Decision {
    /// Whether a version's shadow gets this request; never one that the version itself was asked for.
    fileprivate func isSampled(by version: ServedVersion) -> Bool {
        guard let shadow = version.shadow, shadow.sampling.contains(identifier) else {
            return false
        }
        return model.versions[assignedVersion] !== version && currentVersion !== version
    }
}
