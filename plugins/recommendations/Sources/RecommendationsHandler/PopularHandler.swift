// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// Answers the shop's best sellers.
struct PopularHandler: RecommendHandler {
    static var name: StaticString { "popular" }
    static var requiredCapabilities: Capabilities { .snapshotRead }

    init(_ load: LoadView) throws(HandlerError) { _ = try load.settings(keys: []) }

    func bind(_ snapshot: SnapshotView) throws(HandlerError) -> Catalogue {
        try Catalogue(snapshot)
    }

    func recommend(
        _ request: RecommendRequestView,
        with catalogue: Catalogue,
        into reply: RecommendReply
    ) throws(HandlerError) {
        let limit = catalogue.limit(of: request)
        let table = try ScoreTable(request, rowsMax: limit)
        try reply.addPopular(catalogue, table, count: limit) { 1 / Float($0 + 1) }
    }
}

extension RecommendReply {
    /// Adds popular products the table allows, and blocks each, so that none comes twice.
    ///
    /// - Parameters:
    ///   - catalogue: the products.
    ///   - table: what may be answered.
    ///   - count: how many to add at most.
    ///   - score: the score of the product at a place of the popular list.
    /// - Throws: what the host answers to an item it refuses.
    func addPopular(
        _ catalogue: Catalogue,
        _ table: ScoreTable,
        count: Int,
        score: (Int) -> Float
    ) throws(HandlerError) {
        var left = count
        for (place, row) in catalogue.popular.enumerated() {
            guard left > 0 else { return }
            guard table.allows(row), catalogue.isSold(row) else { continue }
            try add(productRow: row, score: score(place), reason: Reason.popular)
            table.block(row)
            left -= 1
        }
    }
}
