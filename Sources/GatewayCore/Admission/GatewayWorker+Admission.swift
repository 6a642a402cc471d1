// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Traffic

/// What becomes of a request whose head has been read.
package enum RequestAdmission: Sendable {
    /// `handle` answers it.
    case admitted
    /// Some units of its class are out: `handle` decides once the body has named its unit.
    case needsUnit
    /// `refuseShed` answers it once its body is read, so that the connection stays in step.
    case shed
}

// MARK: - Turns of the loop

extension GatewayWorker {
    /// The loop met its first request since the last turn.
    package func beginTurn() {
        if admission.beginTurn(now: clock.monotonicNanoseconds()) { publishLoad() }
    }

    /// The loop has work that is no request: a completion or a timer.
    package func beginWork() {
        if admission.beginWork(now: clock.monotonicNanoseconds()) { publishLoad() }
    }

    private func publishLoad() {
        metrics.load.publish(admission)
        metrics.observe(
            state.catalog.overload.queueDelay,
            nanoseconds: admission.delayNanoseconds
        )
    }

    /// The loop has been through all requests of the turn.
    package func endTurn() {
        admission.endTurn(now: clock.monotonicNanoseconds())
        mayShadow = admission.isCalm
    }

    /// The earliest time at which a request met in this turn can have arrived.
    package var earliestArrivalNanoseconds: UInt64 { admission.earliestArrivalNanoseconds }
}

// MARK: - Requests

extension GatewayWorker {
    /// Whether nothing waits, and any request is answered: spares the look at who asks.
    ///
    /// Complexity: one look at the clock.
    package func admitsAnyone() -> Bool {
        admission.admitsAnyone(now: clock.monotonicNanoseconds())
    }

    /// Whether to answer a request, whose body is not read yet.
    ///
    /// Complexity: no allocation.
    package func admit(_ request: GatewayRequest) -> RequestAdmission {
        let now = clock.monotonicNanoseconds()
        guard !admission.admitsAnyone(now: now), request.method != .options else {
            return .admitted
        }
        let route = Route(path: request.path)
        guard let (model, limit) = decisionRoute(route) else { return .admitted }
        let budget = try? budget(of: request, limit)
        var hash: UInt64?
        if request.method != .post {
            hash = UnitHash.hash(inQuery: request.query, model.unitSources) ?? jitter.next()
        }
        return switch judge(route, hash, budget?.effectiveNanoseconds ?? limit, now) {
        case .admitted: .admitted
        case .needsUnit: .needsUnit
        case .shed: .shed
        }
    }

    /// Whether to answer a request that `admit` could not judge without its body.
    func admits(
        _ request: GatewayRequest,
        _ body: UnsafeRawBufferPointer?,
        _ model: ServedModel,
        _ route: Route,
        _ budget: LatencyBudget
    ) -> Bool {
        guard request.needsUnit, let body else { return true }
        let hash = requestReader.unitHash(in: body, model.unitSources) ?? jitter.next()
        let now = clock.monotonicNanoseconds()
        return judge(route, hash, budget.effectiveNanoseconds, now) == .admitted
    }

    private func judge(
        _ route: Route,
        _ unitHash: UInt64?,
        _ budgetNanoseconds: UInt64,
        _ now: UInt64
    ) -> AdmissionVerdict {
        let admissionClass = route.admissionClass
        let answer = answerTimes(of: admissionClass).p99Nanoseconds(now: now)
        let verdict = admission.admit(
            admissionClass,
            unitHash: unitHash,
            remainingNanoseconds: budgetNanoseconds - min(answer, budgetNanoseconds),
            now: now
        )
        if case .shed(let stage) = verdict { countShed(admissionClass, stage) }
        return verdict
    }

    private func decisionRoute(_ route: Route) -> (model: ServedModel, budgetNanoseconds: UInt64)? {
        switch route {
        case .prices: state.prices.map { ($0.model, $0.budgetNanoseconds) }
        case .recommendations: state.recommendations.map { ($0.model, $0.budgetNanoseconds) }
        default: nil
        }
    }

    private func answerTimes(of admissionClass: AdmissionClass) -> RollingQuantile {
        admissionClass == .checkout ? priceAnswerTimes : recommendationAnswerTimes
    }

    /// Learns what an answer takes of the loop beside its model.
    func learnAnswerTime(of decision: Decision) {
        let stages = decision.stages
        let elsewhere = stages.nanoseconds(in: .queue) + stages.nanoseconds(in: .model)
        answerTimes(of: decision.purpose.admissionClass).record(
            nanoseconds: stages.totalNanoseconds - min(elsewhere, stages.totalNanoseconds),
            now: stages.mark
        )
    }
}

// MARK: - Refusals

extension GatewayWorker {
    /// The longest a shed client is told to wait; the shortest is a second.
    private static let retryAfterSecondsMaximum: UInt64 = 5

    /// Answers a request that `admit` shed.
    package func refuseShed(_ request: GatewayRequest) -> Disposition {
        reply.reset()
        if request.headers.origin != nil { reply.addCrossOriginFields(state.crossOrigin) }
        return shed(Route(path: request.path))
    }

    /// Refuses a request because a hard limit is reached.
    func shedAtLimit(_ route: Route) -> Disposition {
        countShed(route.admissionClass, .accept)
        return shed(route)
    }

    /// Refuses a request whose shed is counted.
    ///
    /// Clients that were shed together come back apart: each is told another time.
    func shed(_ route: Route) -> Disposition {
        reply.status = .serviceUnavailable
        reply.mediaType = ProblemDetails.mediaType
        reply.fields.append("Retry-After: ")
        reply.fields.append(decimal: 1 + jitter.next() % Self.retryAfterSecondsMaximum)
        reply.fields.append("\r\n")
        reply.body.bytes.append(Self.shedProblem)
        countShed(route)
        return .answered
    }

    /// Written out, for it must cost next to nothing.
    private static let shedProblem: StaticString =
        #"{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"the gateway is overloaded"}"#
}

extension Route {
    var admissionClass: AdmissionClass {
        switch self {
        case .prices: .checkout
        case .recommendations: .recommendation
        case .serverMetadata, .serverLive, .serverReady, .model, .unknown: .reserve
        }
    }
}

extension DegradeLadder.Purpose {
    var admissionClass: AdmissionClass {
        switch self {
        case .price: .checkout
        case .recommendation: .recommendation
        }
    }
}
