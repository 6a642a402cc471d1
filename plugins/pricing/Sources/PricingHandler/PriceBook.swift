// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// A unit price and the rule that made it.
struct Quote: Equatable {
    let unitPriceMinor: Int64
    let rule: Rule

    enum Rule { case quantityBreak, listPrice, lastPrice }
}

extension Quote.Rule {
    /// The name in the reply.
    var name: StaticString {
        switch self {
        case .quantityBreak: "quantity_break"
        case .listPrice: "list_price"
        case .lastPrice: "last_price"
        }
    }
}

/// The prices every product has, quantity aside.
struct PriceBook {
    private let listPrices: Column<Int64>
    private let lastPrices: Column<Int64>

    init(_ products: EntityView) throws(HandlerError) {
        listPrices = try products.column(named: "list_price")
        lastPrices = try products.column(named: "last_price")
    }

    /// What the guard rails measure a product's price against.
    func references(product: UInt32) -> GuardRails.References {
        GuardRails.References(
            listPrice: positive(listPrices[product]),
            lastPrice: positive(lastPrices[product])
        )
    }

    /// A price that is absent, zero or negative is no price.
    private func positive(_ price: Int64?) -> Int64? { price.flatMap { $0 > 0 ? $0 : nil } }
}

extension GuardRails.References {
    /// The list price, else the last price.
    var quote: Quote? {
        if let listPrice { return Quote(unitPriceMinor: listPrice, rule: .listPrice) }
        return lastPrice.map { Quote(unitPriceMinor: $0, rule: .lastPrice) }
    }
}
