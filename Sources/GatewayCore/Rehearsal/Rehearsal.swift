// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import PluginHost
import Traffic

/// Asks the versions of a state before anybody is served from it.
///
/// A request takes the same way as in a worker, from its bytes to the body of the reply, but to a
/// version of choice, past its breaker, and it counts nowhere.
///
/// Concurrency: one control thread. It allocates.
package final class Rehearsal {
    /// What became of a request.
    package enum Outcome: Equatable {
        /// The version answered; the reply's body.
        case answered(body: [UInt8])
        /// It says nothing about the version: not for this model, not of this snapshot, refused.
        case inapplicable
        /// The version failed; why.
        case failed(String)
        /// It took too long, and its call is still at work.
        case late
    }

    /// Runs a call where its version runs and waits for its end; nil when it took too long, and then
    /// the call still belongs to the version.
    package typealias Execute = (_ call: HandlerCall, _ version: ServedVersion) -> HandlerStatus?

    private let state: ServingState
    private let snapshotReader: SnapshotReader
    private let clock: GatewayClock
    private var requestReader = RequestReader()

    /// A rehearsal of a state.
    ///
    /// - Throws: `SnapshotError` when the snapshot cannot be read by this thread.
    package init(of state: ServingState, clock: GatewayClock) throws(SnapshotError) {
        self.state = state
        self.clock = clock
        snapshotReader = try state.snapshot.makeReader()
    }

    /// This thread's reader, for handlers that run on it.
    package var readerPointer: UnsafeMutableRawPointer {
        Unmanaged.passUnretained(snapshotReader).toOpaque()
    }

    /// Asks the version at an index of a model.
    package func ask(
        _ request: RecordedRequest,
        of model: ServedModel,
        version index: Int,
        deadlineNanoseconds: UInt64,
        execute: Execute
    ) -> Outcome {
        guard model.kind == request.kind, let decision = decision(for: request, model)
        else { return .inapplicable }
        let version = model.versions[index]
        decision.assign(version: index)
        decision.currentVersion = version
        decision.callDeadline = deadlineNanoseconds
        decision.fillCall(unixMilliseconds: clock.unixMilliseconds())
        guard let status = execute(decision.call, version) else { return .late }
        return outcome(of: decision, status)
    }

    private func outcome(of decision: Decision, _ status: HandlerStatus) -> Outcome {
        switch status.verdict {
        case .ignored: return .inapplicable
        case .failure:
            let text = String(decoding: decision.call.messageText, as: UTF8.self)
            return .failed(text.isEmpty ? "\(status)" : "\(status): \(text)")
        case .success:
            if let reason = decision.judge() { return .failed(reason.wireName.description) }
            return .answered(body: body(of: decision))
        }
    }

    private func body(of decision: Decision) -> [UInt8] {
        var writer = JSONWriter(capacity: 4096)
        writer.beginObject()
        decision.writeBody(&writer)
        writer.endObject()
        return Array(writer.bytes.bytes)
    }

    // MARK: Parsing

    /// A decision of its own for each request: a handler that is late may keep it.
    private func decision(for request: RecordedRequest, _ model: ServedModel) -> Decision? {
        request.bytes.withUnsafeBytes { bytes in
            try? request.form == .priceBody
                ? prices(bytes, model) : recommendations(request.form, bytes, model)
        }
    }

    private func prices(
        _ body: UnsafeRawBufferPointer,
        _ model: ServedModel
    ) throws(RequestFault) -> Decision? {
        guard let route = state.prices, route.model === model else { return nil }
        let decision = PriceDecision(
            slot: 0,
            state: state,
            model: model,
            limits: limits(body.count)
        )
        begin(decision)
        try decision.parse(body, &requestReader, route)
        try decision.resolve(snapshotReader)
        return decision.needsHandler ? decision : nil
    }

    private func recommendations(
        _ form: RecordedRequest.Form,
        _ bytes: UnsafeRawBufferPointer,
        _ model: ServedModel
    ) throws(RequestFault) -> Decision? {
        guard let route = state.recommendations, route.model === model else { return nil }
        let decision = RecommendationDecision(
            slot: 0,
            state: state,
            model: model,
            limits: limits(bytes.count)
        )
        begin(decision)
        var request = GatewayRequest()
        if form == .recommendationBody {
            request.method = .post
            request.body = bytes
        } else {
            request.query = bytes
        }
        try decision.parse(request, &requestReader, snapshotReader, route)
        return decision
    }

    private func begin(_ decision: Decision) {
        let now = clock.monotonicNanoseconds()
        decision.markCalls(.rehearsal)
        decision.begin(
            decision.state,
            decision.model,
            identifier: DecisionIdentifiers.Identifier(),
            budget: LatencyBudget(start: now, routeLimitNanoseconds: 0),
            stages: StageClock(start: now)
        )
    }

    private func limits(_ byteCount: Int) -> HandlerCallLimits {
        DecisionTable.limits(bodyBytesMaximum: byteCount)
    }
}
