// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Traffic

extension GatewayWorker {
    /// Answers a request, or begins to.
    package func handle(_ request: GatewayRequest) -> Disposition {
        reply.reset()
        if request.headers.origin != nil { reply.addCrossOriginFields(state.crossOrigin) }
        if request.method == .options { return answerOptions(request) }
        let route = Route(path: request.path)
        do throws(RequestFault) {
            return try route.isDecision
                ? decide(request, route) : answerModelAPI(request, route)
        } catch {
            return refuse(error, route, arrival: request.arrivalNanoseconds)
        }
    }

    private func decide(
        _ request: GatewayRequest,
        _ route: Route
    ) throws(RequestFault) -> Disposition {
        var stages = StageClock(start: request.arrivalNanoseconds)
        stages.finish(.queue, now: clock.monotonicNanoseconds())
        if case .prices = route { return try decidePrices(request, stages) }
        return try decideRecommendations(request, stages)
    }

    private func decidePrices(
        _ request: GatewayRequest,
        _ stages: StageClock
    ) throws(RequestFault) -> Disposition {
        guard let route = state.prices else { throw .notFound }
        let body = try jsonBody(of: request)
        let budget = try budget(of: request, route.budgetNanoseconds)
        guard admits(request, body, route.model, .prices, budget) else { return shed(.prices) }
        guard decisions.pricesAtWork < admission.settings.checkoutsAtWorkMaximum,
            let decision = decisions.takePrice(state, route.model)
        else { return shedAtLimit(.prices) }
        decision.begin(
            state,
            route.model,
            identifier: identifiers.next(),
            budget: budget,
            stages: stages
        )
        decision.isCrossOrigin = request.headers.origin != nil
        do throws(RequestFault) {
            try decision.parse(body, &requestReader, route)
            force(decision, request.headers.forcedVersion)
            decision.stages.finish(.read, now: clock.monotonicNanoseconds())
            try decision.resolve(snapshotReader)
            decision.stages.finish(.features, now: clock.monotonicNanoseconds())
        } catch {
            giveBack(decision)
            throw error
        }
        recorder.record(.priceBody, body)
        return run(decision)
    }

    private func decideRecommendations(
        _ request: GatewayRequest,
        _ stages: StageClock
    ) throws(RequestFault) -> Disposition {
        guard let route = state.recommendations else { throw .notFound }
        switch request.method {
        case .get, .head: try checkAccept(request)
        default: _ = try jsonBody(of: request)
        }
        let budget = try budget(of: request, route.budgetNanoseconds)
        guard admits(request, request.body, route.model, .recommendations, budget) else {
            return shed(.recommendations)
        }
        guard
            decisions.recommendationsAtWork < admission.settings.recommendationsAtWorkMaximum,
            let decision = decisions.takeRecommendation(state, route.model)
        else { return shedAtLimit(.recommendations) }
        decision.begin(
            state,
            route.model,
            identifier: identifiers.next(),
            budget: budget,
            stages: stages
        )
        decision.isCrossOrigin = request.headers.origin != nil
        do throws(RequestFault) {
            try decision.parse(request, &requestReader, snapshotReader, route)
            force(decision, request.headers.forcedVersion)
        } catch {
            giveBack(decision)
            throw error
        }
        decision.stages.finish(.features, now: clock.monotonicNanoseconds())
        record(request)
        return run(decision)
    }

    private func record(_ request: GatewayRequest) {
        if request.method == .post, let body = request.body {
            recorder.record(.recommendationBody, body)
        } else {
            recorder.record(.recommendationQuery, request.query)
        }
    }

    /// Ends a decision without a reply of its own.
    func giveBack(_ decision: Decision) {
        decision.isFinished = true
        if decision.isResting, decision.state !== state, let model = state.models.first {
            decision.rest(in: state, model)
        }
        decisions.giveBackIfIdle(decision)
    }
}

// MARK: - Checks

extension GatewayWorker {
    /// The body of a POST that says it is JSON, and whose client takes JSON.
    private func jsonBody(
        of request: GatewayRequest
    ) throws(RequestFault) -> UnsafeRawBufferPointer {
        guard request.method == .post else {
            throw .methodNotAllowed(
                Route(path: request.path).allowedMethods
            )
        }
        if let type = request.headers.contentType, !MediaType.isJSON(type) {
            throw RequestFault(.unsupportedMediaType, "the body must be application/json")
        }
        if let encoding = request.headers.contentEncoding, !encoding.isEqual(to: "identity") {
            throw RequestFault(.unsupportedMediaType, "the body must not be compressed")
        }
        try checkAccept(request)
        guard let body = request.body else {
            throw RequestFault(.lengthRequired, "a body with a Content-Length is needed")
        }
        return body
    }

    func checkAccept(_ request: GatewayRequest) throws(RequestFault) {
        if let accept = request.headers.accept, !MediaType.acceptsJSON(accept) {
            throw RequestFault(.notAcceptable, "only application/json is offered")
        }
    }

    func budget(
        of request: GatewayRequest,
        _ routeNanoseconds: UInt64
    ) throws(RequestFault) -> LatencyBudget {
        var headers = BudgetHeaders()
        if let value = request.headers.requestBudget,
            headers.read(.requestBudget, value) == .malformed
        {
            throw RequestFault(
                .badRequest,
                "x-request-budget-ms is not a whole number of milliseconds"
            )
        }
        if let value = request.headers.grpcTimeout { _ = headers.read(.grpcTimeout, value) }
        if let value = request.headers.envoyTimeout {
            _ = headers.read(.envoyExpectedTimeout, value)
        }
        return LatencyBudget(
            start: request.arrivalNanoseconds,
            routeLimitNanoseconds: routeNanoseconds,
            headers: headers
        )
    }
}
