// SPDX-License-Identifier: Apache-2.0

/// Counts which products are bought in one order, newer orders weighing more.
final class CoPurchases {
    /// How neighbours are weighed.
    struct Rule: Equatable {
        /// Most neighbours of a product.
        var maximum: Int
        /// Co-purchases that count as doubt: the cosine is multiplied by `c / (c + shrinkage)`.
        var shrinkage: Double
        /// Age at which an order weighs half.
        var halfLifeDays: Double
        /// Orders of more products are stock lists, not baskets, and are left out.
        var basketMaximum: Int
    }

    private let rule: Rule
    private let isTarget: [Bool]
    private let asOf: Int64
    private var weights: [Double]
    private let tables: UnsafeMutableBufferPointer<PartnerTable>
    private let owned: UnsafeMutableBufferPointer<UInt32>

    /// Nothing counted yet; `isTarget` says of each product whether it may be a neighbour, `asOf` is the
    /// time in Unix seconds that age is counted from.
    init(_ rule: Rule, isTarget: [Bool], asOf: Int64) {
        self.rule = rule
        self.isTarget = isTarget
        self.asOf = asOf
        weights = [Double](repeating: 0, count: isTarget.count)
        tables = .allocate(capacity: isTarget.count)
        tables.initialize(repeating: PartnerTable())
        owned = .allocate(capacity: rule.basketMaximum)
        owned.initialize(repeating: 0)
    }

    deinit {
        for table in tables { table.deallocate() }
        tables.deallocate()
        owned.deallocate()
    }

    /// Counts the distinct products of one order, at most `basketMaximum`.
    func add(_ basket: ArraySlice<UInt32>, time: Int64) {
        precondition(basket.count <= rule.basketMaximum)
        let weight = Decay.weight(age: asOf - time, halfLifeDays: rule.halfLifeDays)
        for product in basket {
            weights[Int(product)] += weight
            tables[Int(product)].add(partners(of: product, in: basket), Float(weight))
        }
    }

    /// The heaviest neighbours of each product as product numbers, heaviest first; of equals the one
    /// that `rank` puts first.
    func neighbours(rank: [UInt32]) -> [HeaviestPartners] {
        var best = [HeaviestPartners](
            repeating: HeaviestPartners(maximum: rule.maximum),
            count: tables.count
        )
        for (product, table) in tables.enumerated() {
            for partner in table.partners {
                let other = Int(partner.product)
                let weight = similarity(product, partner)
                if isTarget[other] { best[product].insert(rank[other], weight) }
                if isTarget[product] { best[other].insert(rank[product], weight) }
            }
        }
        return best
    }

    /// The partners whose pairs with `product` are counted at `product`.
    ///
    /// Each pair is counted once, at one of both, chosen so that tables fill evenly. Written without
    /// a branch: which of two it is cannot be predicted.
    private func partners(
        of product: UInt32,
        in basket: ArraySlice<UInt32>
    ) -> UnsafeBufferPointer<UInt32> {
        var count = 0
        for partner in basket {
            owned[count] = partner
            let isLower = product < partner
            let isOwner = ((product ^ partner) & 1 == 0) == isLower
            count += isOwner && product != partner ? 1 : 0
        }
        return UnsafeBufferPointer(rebasing: owned[..<count])
    }

    /// Cosine with shrinkage, in (0, 1].
    private func similarity(_ product: Int, _ partner: PartnerTable.Partner) -> Float {
        let together = Double(partner.weight)
        let norm = (weights[product] * weights[Int(partner.product)]).squareRoot()
        let cosine = min(together / norm, 1)
        return Float(cosine * together / (together + rule.shrinkage))
    }
}

/// Keeps the heaviest of many partners, in order.
struct HeaviestPartners {
    let maximum: Int
    private(set) var partners: [PartnerTable.Partner] = []

    init(maximum: Int) {
        self.maximum = maximum
    }

    mutating func insert(_ product: UInt32, _ weight: Float) {
        let partner = PartnerTable.Partner(product: product, weight: weight)
        guard weight > 0, maximum > 0 else { return }
        if partners.count == maximum {
            guard let last = partners.last, weight >= last.weight, Self.precedes(partner, last)
            else { return }
            partners.removeLast()
        }
        let place = partners.lastIndex { Self.precedes($0, partner) }.map { $0 + 1 } ?? 0
        partners.insert(partner, at: place)
    }

    private static func precedes(_ left: PartnerTable.Partner, _ right: PartnerTable.Partner)
        -> Bool
    {
        (left.weight, right.product) > (right.weight, left.product)
    }
}
