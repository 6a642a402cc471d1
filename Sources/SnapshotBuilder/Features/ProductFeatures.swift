// SPDX-License-Identifier: Apache-2.0

import CSluice
import SessionNeighbours

/// The products a snapshot holds, in the order of their keys, and what is known of each.
struct ProductFeatures {
    private let counters: FeatureCounters
    private let survey: Survey
    private let names: KeyInterner
    /// Product numbers by row.
    private let numbers: [Int]
    private let neighbours: [HeaviestPartners]

    init(
        _ counters: FeatureCounters,
        _ coPurchases: CoPurchases,
        survey: Survey,
        names: KeyInterner
    ) {
        self.counters = counters
        self.survey = survey
        self.names = names
        numbers = survey.products.indices.filter { survey.products[$0].sales > 0 }
            .sorted { names.key($0).lexicographicallyPrecedes(names.key($1)) }
        // Rows by product number; what never sold has none.
        var rows = [UInt32](repeating: SLUICE_NO_ROW, count: survey.products.count)
        for (row, number) in numbers.enumerated() { rows[number] = UInt32(row) }
        neighbours = coPurchases.neighbours(rank: rows)
    }

    var count: Int { numbers.count }
    var listedCount: Int { numbers.count { counters.isListed[$0] } }

    func key(_ row: Int) -> [UInt8] { Array(names.key(numbers[row])) }
    func counts(_ row: Int) -> FeatureCounters.Product { counters.products[numbers[row]] }
    func lastSold(_ row: Int) -> Int64 { survey.products[numbers[row]].lastSold }
    func isListed(_ row: Int) -> Bool { counters.isListed[numbers[row]] }

    func window(_ window: Int, _ row: Int) -> FeatureCounters.Window {
        counters.window(window, of: numbers[row])
    }

    /// All prices the product sold at.
    func prices(_ row: Int) -> PriceCounts {
        counters.prices.prices(of: numbers[row], lanes: CollectionOfOne(PriceLanes.all))
    }

    func listPrice(_ row: Int) -> Int64? {
        counters.prices.prices(of: numbers[row], lanes: CollectionOfOne(PriceLanes.recent)).median
    }

    /// Units that came back for each unit sold, in 0…1.
    func returnRate(_ row: Int) -> Float {
        let counts = counts(row)
        guard counts.unitsSold > 0 else { return 0 }
        return Float(min(Double(counts.unitsReturned) / Double(counts.unitsSold), 1))
    }

    /// Tiers by kind and quantity; within a kind a larger quantity always costs less.
    func tiers(_ row: Int) -> [sluice_price_tier] {
        CustomerKind.allCases.flatMap { tiers(row, $0) }
    }

    /// Neighbours as rows, heaviest first.
    func neighbours(_ row: Int) -> [sluice_neighbour] {
        neighbours[numbers[row]].partners
            .map { sluice_neighbour(product_row: $0.product, weight: $0.weight) }
    }

    /// Rows of the listed products, those of most recent orders first.
    func popular() -> [UInt32] {
        let listed = (0..<count).filter { isListed($0) && (listPrice($0) ?? 0) > 0 }
        let scored = listed.map { (row: $0, score: counts($0).popularity) }
        return scored.sorted { ($0.score, $1.row) > ($1.score, $0.row) }
            .prefix(counters.rules.popular.maximum).map { UInt32($0.row) }
    }

    /// The index of past orders, its items numbered as the rows.
    func sessionIndex(
        _ orders: OrderSessions,
        _ rules: SessionIndexRules
    ) throws(SessionIndexError) -> SessionIndexStorage {
        var clicks = try orders.finish()
        // What is a click was sold, and what was sold has a row.
        var rows = [UInt32](repeating: 0, count: survey.products.count)
        for (row, number) in numbers.enumerated() { rows[number] = UInt32(row) }
        clicks.renumberItems(rows)
        return try SessionIndexBuilder(clicks, rules: rules).finish(itemCount: count)
    }

    private func tiers(_ row: Int, _ kind: CustomerKind) -> [sluice_price_tier] {
        var tiers: [sluice_price_tier] = []
        for (band, quantity) in counters.lanes.quantities.enumerated() {
            let lanes = counters.lanes.lanes(kind, from: band)
            let prices = counters.prices.prices(of: numbers[row], lanes: lanes)
            guard prices.total >= counters.rules.tiers.supportMinimum, let price = prices.median
            else { break }
            if let last = tiers.last, last.unit_price_minor <= price { continue }
            tiers.append(
                sluice_price_tier(
                    customer_kind: kind.rawValue,
                    quantity_minimum: UInt32(quantity),
                    unit_price_minor: price
                )
            )
        }
        return tiers
    }
}
