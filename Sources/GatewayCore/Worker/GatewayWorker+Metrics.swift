// SPDX-License-Identifier: Apache-2.0
import Traffic

extension GatewayWorker {
    /// Counts a decision that was answered.
    func count(_ decision: Decision) {
        let series = routeSeries(of: decision)
        guard !decision.isForced else { return countForced(decision, series) }
        let total = decision.stages.totalNanoseconds
        let outcome: RequestOutcome =
            switch decision.ladder.rung {
            case .assigned: .served
            case .unavailable: .failed
            default: .degraded
            }
        metrics.increment(series.requests(outcome, status: reply.status.code))
        metrics.observe(
            decision.servedVersion?.requestDuration ?? series.durationWithoutModel,
            nanoseconds: total
        )
        if let reason = decision.ladder.reason { metrics.increment(series.fallback(reason)) }
        observeStages(of: decision)
        learnAnswerTime(of: decision)
    }

    private func observeStages(of decision: Decision) {
        let catalog = decision.state.catalog
        let stages = decision.stages
        metrics.observe(catalog.phase(.queue), nanoseconds: stages.nanoseconds(in: .queue))
        metrics.observe(catalog.phase(.parse), nanoseconds: stages.nanoseconds(in: .read))
        metrics.observe(catalog.phase(.features), nanoseconds: stages.nanoseconds(in: .features))
        metrics.observe(catalog.phase(.infer), nanoseconds: stages.nanoseconds(in: .model))
        metrics.observe(catalog.phase(.post), nanoseconds: stages.nanoseconds(in: .encode))
    }

    /// Counts that the model stage could not start or end in time.
    func countExceededBudget(_ decision: Decision) {
        metrics.increment(routeSeries(of: decision).budgetExceeded(in: .infer))
    }

    /// Counts a request that was the caller's fault.
    func countRefusal(_ route: Route, status: Int, arrival: UInt64) {
        let series = routeSeries(of: route)
        metrics.increment(series.requests(.refused, status: status))
        let now = clock.monotonicNanoseconds()
        metrics.observe(series.durationWithoutModel, nanoseconds: now &- min(arrival, now))
    }

    /// Counts a request that was turned away.
    func countShed(_ route: Route) {
        metrics.increment(
            routeSeries(of: route).requests(.shed, status: reply.status.code)
        )
    }

    /// Counts what was turned away, and where.
    func countShed(_ admissionClass: AdmissionClass, _ stage: ShedStage) {
        metrics.increment(state.catalog.overload.shed(admissionClass, stage))
    }

    /// Counts bytes of a connection that were refused before they became a request.
    package func countRefusedBytes(status: Int) {
        metrics.increment(state.otherSeries.requests(.refused, status: status))
    }

    /// Counts an answer of the model API.
    func countOther() {
        metrics.increment(state.otherSeries.requests(.served, status: reply.status.code))
    }

    private func routeSeries(of decision: Decision) -> RouteSeries {
        let series =
            switch decision.purpose {
            case .price: decision.state.prices?.series
            case .recommendation: decision.state.recommendations?.series
            }
        return series ?? decision.state.otherSeries
    }

    private func routeSeries(of route: Route) -> RouteSeries {
        let series: RouteSeries? =
            switch route {
            case .prices: state.prices?.series
            case .recommendations: state.recommendations?.series
            default: nil
            }
        return series ?? state.otherSeries
    }
}
