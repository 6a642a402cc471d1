// SPDX-License-Identifier: Apache-2.0
import Traffic

extension GatewayWorker {
    /// Gives a decision the version that a signed field names.
    ///
    /// A field that does not hold is counted, and the request is answered as if it were not there. The
    /// few requests that carry one pay for the signature, with allocations inside libcrypto.
    func force(_ decision: Decision, _ field: UnsafeRawBufferPointer?) {
        guard let field else { return }
        guard let forcedVersions = decision.state.forcedVersions else { return countForced(.noKey) }
        let (result, version) = forcedVersions.check(
            field,
            decision.model,
            unixSeconds: unixMilliseconds(at: decision.stages.mark) / 1_000
        )
        countForced(result)
        if case .forced = result { decision.force(version: version) }
    }

    private func countForced(_ result: ForcedVersionResult) {
        metrics.increment(state.catalog.forced.results(result))
    }

    /// Counts a decision that a tester asked for: apart, so that no experiment hears of it.
    func countForced(_ decision: Decision, _ series: RouteSeries) {
        metrics.increment(series.requests(.forced, status: reply.status.code))
    }
}
