// SPDX-License-Identifier: Apache-2.0

import SessionNeighbours

/// How features come from a history.
///
/// Days are counted back from the last line of the history, for
/// prices, tiers and titles from the last sale of the product itself.
struct FeatureRules: Equatable {
    /// Windows of the columns `units_<n>d` and `orders_<n>d`.
    var windowDays: [Int64] = [7, 28, 90]
    /// Percentiles of the columns `price_d<n>`.
    var pricePercentiles = [10, 20, 30, 40, 50, 60, 70, 80, 90]
    /// Days whose median price is the list price.
    var listPriceDays: Int64 = 28
    /// Days whose most frequent title is the title.
    var titleDays: Int64 = 90
    /// A product not sold for so long is delisted.
    var delistingDays: Int64 = 90
    var tiers = TierRule(quantities: [1, 6, 12, 24, 48, 96], supportMinimum: 5, days: 90)
    var neighbours = CoPurchases.Rule(
        maximum: 50,
        shrinkage: 5,
        halfLifeDays: 90,
        basketMaximum: 100
    )
    var popular = PopularRule(maximum: 1000, halfLifeDays: 14)
    /// Which orders are kept as sessions.
    var sessions = SessionIndexRules()
    var wholesale = WholesaleRule(unitsPerOrderMinimum: 300, ordersMinimum: 2)
}

/// Where price tiers may begin and when one is believed.
struct TierRule: Equatable {
    /// Quantities a tier may begin at, ascending.
    var quantities: [Int64]
    /// Sales at or above a quantity that make a tier.
    var supportMinimum: Int
    var days: Int64
}

/// What the list of popular products holds.
struct PopularRule: Equatable {
    var maximum: Int
    var halfLifeDays: Double
}
