// SPDX-License-Identifier: Apache-2.0

/// Counts how often each product sold at each price: exact quantiles from bounded memory.
///
/// Shops use few different prices for a product (17 at most in the demo's history). Past
/// `Limits.pricesPerProductMaximum` a new price counts as the nearest known one.
struct PriceHistograms {
    private struct Cell {
        let price: Int64
        var next: Int32
    }

    private static let end: Int32 = -1

    /// Counters of each price, such as one for each window and quantity break.
    let lanes: Int
    private var cells: [Cell] = []
    private var counts: [UInt32] = []
    private var first: [Int32]
    private var sizes: [UInt16]

    init(products: Int, lanes: Int) {
        self.lanes = lanes
        first = [Int32](repeating: Self.end, count: products)
        sizes = [UInt16](repeating: 0, count: products)
    }

    /// Where the counters of a product's price begin; add the lane for `count`.
    mutating func base(of product: Int, price: Int64) -> Int {
        var nearest = Self.end
        var cell = first[product]
        while cell != Self.end {
            let candidate = cells[Int(cell)]
            if candidate.price == price { return Int(cell) * lanes }
            nearest = closer(cell, nearest, to: price)
            cell = candidate.next
        }
        let isFull = Int(sizes[product]) == Limits.pricesPerProductMaximum
        return isFull ? Int(nearest) * lanes : insert(product, price)
    }

    mutating func count(_ position: Int) {
        counts[position] += 1
    }

    /// A product's prices, lowest first, with the sums of the counters of `lanes`.
    func prices(of product: Int, lanes chosen: some Sequence<Int>) -> PriceCounts {
        var prices: [(price: Int64, count: Int)] = []
        var cell = first[product]
        while cell != Self.end {
            let base = Int(cell) * lanes
            let count = chosen.reduce(0) { $0 + Int(counts[base + $1]) }
            if count > 0 { prices.append((cells[Int(cell)].price, count)) }
            cell = cells[Int(cell)].next
        }
        return PriceCounts(prices.sorted { $0.price < $1.price })
    }

    private mutating func insert(_ product: Int, _ price: Int64) -> Int {
        cells.append(Cell(price: price, next: first[product]))
        counts.append(contentsOf: repeatElement(0, count: lanes))
        first[product] = Int32(cells.count - 1)
        sizes[product] += 1
        return (cells.count - 1) * lanes
    }

    private func closer(_ cell: Int32, _ nearest: Int32, to price: Int64) -> Int32 {
        guard nearest != Self.end else { return cell }
        let distance = abs(cells[Int(cell)].price - price)
        return distance < abs(cells[Int(nearest)].price - price) ? cell : nearest
    }
}

/// Prices, lowest first, and how often each was charged.
struct PriceCounts {
    private let prices: [(price: Int64, count: Int)]
    let total: Int

    init(_ prices: [(price: Int64, count: Int)]) {
        self.prices = prices
        total = prices.reduce(0) { $0 + $1.count }
    }

    var minimum: Int64? { prices.first?.price }
    var maximum: Int64? { prices.last?.price }

    /// The lower median: always a price that was charged.
    var median: Int64? { quantile(percent: 50) }

    /// The lowest price that at least `percent` of the sales were at or below (nearest rank).
    func quantile(percent: Int) -> Int64? {
        let rank = (total * percent + 99) / 100
        var passed = 0
        for (price, count) in prices {
            passed += count
            if passed >= rank { return price }
        }
        return nil
    }
}
