// SPDX-License-Identifier: Apache-2.0
import CSluice
import SluiceKit

/// Answers what was bought together with the products of the cart and session.
struct NeighboursHandler: RecommendHandler {
    static var name: StaticString { "neighbours" }
    static var requiredCapabilities: Capabilities { .snapshotRead }

    /// How many neighbours of a product count; the builder keeps no more.
    static let neighboursMax = 50
    /// Each step back in time says this share of what the one before said.
    static let positionDecayDefault = 0.7

    /// The columns of one snapshot.
    struct Binding {
        let catalogue: Catalogue
        let neighbours: ListColumn<sluice_neighbour>
    }

    private let positionDecay: Float

    init(_ load: LoadView) throws(HandlerError) {
        let settings = try load.settings(keys: ["position_decay"])
        let decay = try settings.number("position_decay", in: 0...1)
        positionDecay = Float(decay ?? Self.positionDecayDefault)
    }

    func bind(_ snapshot: SnapshotView) throws(HandlerError) -> Binding {
        let products = try snapshot.entity(named: "product")
        return Binding(
            catalogue: try Catalogue(snapshot),
            neighbours: try products.listColumn(named: "neighbours")
        )
    }

    func recommend(
        _ request: RecommendRequestView,
        with binding: Binding,
        into reply: RecommendReply
    ) throws(HandlerError) {
        let catalogue = binding.catalogue
        let limit = catalogue.limit(of: request)
        let evidence = Evidence(request)
        let table = try ScoreTable(
            request,
            rowsMax: evidence.count * Self.neighboursMax + limit
        )
        merge(evidence, binding.neighbours, into: table)
        let best = try best(of: table, catalogue, request, limit: limit)
        for index in 0..<best.count {
            let item = best[index]
            try reply.add(
                productRow: item.row,
                score: item.score,
                reason: Reason.boughtTogether
            )
            table.block(item.row)
        }
        try reply.addPopular(catalogue, table, count: limit - best.count) { _ in 0 }
    }

    /// Scores each neighbour by the mean of its weights over the evidence, the nearest counting most.
    private func merge(
        _ evidence: Evidence,
        _ neighbours: ListColumn<sluice_neighbour>,
        into table: ScoreTable
    ) {
        var total: Float = 0
        var share: Float = 1
        for _ in 0..<evidence.count {
            total += share
            share *= positionDecay
        }
        share = 1 / total
        for index in 0..<evidence.count {
            add(neighbours[evidence[index]], times: share, to: table)
            share *= positionDecay
        }
    }

    private func add(
        _ neighbours: UnsafeBufferPointer<sluice_neighbour>,
        times share: Float,
        to table: ScoreTable
    ) {
        for index in 0..<min(neighbours.count, Self.neighboursMax) {
            let neighbour = neighbours[index]
            if neighbour.isUsable { table.add(share * neighbour.weight, to: neighbour.product_row) }
        }
    }

    private func best(
        of table: ScoreTable,
        _ catalogue: Catalogue,
        _ request: RecommendRequestView,
        limit: Int
    ) throws(HandlerError) -> BestRows {
        var best = try BestRows(request, limit: limit)
        table.forEachScored { candidate in
            if best.admits(candidate), catalogue.isSold(candidate.row) { best.insert(candidate) }
        }
        return best
    }
}

extension sluice_neighbour {
    /// A damaged weight must not decide what is shown.
    fileprivate var isUsable: Bool { weight > 0 && weight <= 1 && product_row != .max }
}
