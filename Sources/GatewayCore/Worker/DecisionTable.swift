// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Traffic

/// The decisions of one worker: those at work by slot, the others in free lists.
///
/// Grows to as many decisions as were ever at work at once, never beyond `countMaximum`.
final class DecisionTable {
    /// Decisions of each kind at work at once: more than all pools' queues hold, as a bound on memory.
    static let countMaximum = 1024

    /// Lines of the largest cart any config may allow (sluice.yaml, `lines`).
    static let linesMaximum = 500
    /// Items of the longest list any config may allow (sluice.yaml, `limit_maximum`).
    static let itemsMaximum = 1000

    /// Every decision by its slot.
    private(set) var all: [Decision] = []
    /// Answered decisions that shadows read; they take no room from live requests.
    var keptCount = 0
    private var freePrices: [PriceDecision] = []
    private var freeRecommendations: [RecommendationDecision] = []
    private var priceCount = 0
    private var recommendationCount = 0
    private let workerIndex: Int
    private let limits: HandlerCallLimits

    init(workerIndex: Int, bodyBytesMaximum: Int) {
        self.workerIndex = workerIndex
        limits = Self.limits(bodyBytesMaximum: bodyBytesMaximum)
        let capacity = Self.countMaximum + ShadowTable.decisionsMaximum
        all.reserveCapacity(2 * capacity)
        freePrices.reserveCapacity(capacity)
        freeRecommendations.reserveCapacity(capacity)
    }

    /// What a call must have room for when bodies are at most so large.
    static func limits(bodyBytesMaximum: Int) -> HandlerCallLimits {
        HandlerCallLimits(
            linesMax: linesMaximum,
            itemsMax: itemsMaximum,
            arenaBytes: arenaBytes(bodyBytesMaximum)
        )
    }

    /// A decision for a cart; nil when too many are at work.
    func takePrice(_ state: ServingState, _ model: ServedModel) -> PriceDecision? {
        if let decision = freePrices.popLast() { return decision }
        guard priceCount < Self.countMaximum + keptCount else { return nil }
        priceCount += 1
        let decision = PriceDecision(
            slot: all.count,
            state: state,
            model: model,
            limits: limits
        )
        return add(decision)
    }

    /// A decision for a widget; nil when too many are at work.
    func takeRecommendation(
        _ state: ServingState,
        _ model: ServedModel
    ) -> RecommendationDecision? {
        if let decision = freeRecommendations.popLast() { return decision }
        guard recommendationCount < Self.countMaximum + keptCount else { return nil }
        recommendationCount += 1
        let decision = RecommendationDecision(
            slot: all.count,
            state: state,
            model: model,
            limits: limits
        )
        return add(decision)
    }

    /// Decisions for carts that are at work, or that a late handler still holds; not those that only
    /// shadows read.
    var pricesAtWork: Int { priceCount - freePrices.count - keptCount }
    /// The same for widgets.
    var recommendationsAtWork: Int {
        recommendationCount - freeRecommendations.count - keptCount
    }

    private func add<Kind: Decision>(_ decision: Kind) -> Kind {
        decision.markCalls(CallMark(worker: workerIndex, slot: decision.slot))
        all.append(decision)
        return decision
    }

    /// Takes a finished decision back once no handler has one of its calls.
    func giveBackIfIdle(_ decision: Decision) {
        guard decision.isFinished, decision.isIdle else { return }
        switch decision.purpose {
        case .price: freePrices.append(unsafeDowncast(decision, to: PriceDecision.self))
        case .recommendation:
            freeRecommendations.append(
                unsafeDowncast(decision, to: RecommendationDecision.self)
            )
        }
    }

    /// Decisions that wait for a request.
    var freeCount: Int { freePrices.count + freeRecommendations.count }

    /// Lets answered decisions forget an old state, so that its snapshot can be closed.
    func releaseIdle(to state: ServingState) {
        guard let model = state.models.first else { return }
        for decision in all where decision.isResting && decision.state !== state {
            decision.rest(in: state, model)
        }
    }

    /// Room for the copied body, its decoded texts, its parsed form, and what a handler asks for.
    private static func arenaBytes(_ bodyBytesMaximum: Int) -> Int {
        let lineBytes = 512
        let handlerBytes = 64 * 1024
        return 2 * bodyBytesMaximum + linesMaximum * lineBytes + handlerBytes
    }
}
