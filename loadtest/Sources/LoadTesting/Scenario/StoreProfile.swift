// SPDX-License-Identifier: Apache-2.0
import YAMLDecoding

/// The store whose checkouts and widgets send the requests.
package struct StoreProfile: Sendable {
    /// Where product keys come from.
    package enum Products: Sendable {
        /// Every product with a list price in a snapshot, or in the published one of a store; a path.
        case snapshot(String)
        /// These; none leaves those of the history.
        case list([String])
    }

    /// The shop that requests name.
    package var shop = "demo.myshopify.com"
    /// ISO 4217; nil leaves it out.
    package var currency: String?
    /// Where product keys come from.
    package var products: Products
    /// Source file of the order history whose carts are sent again; nil for none; a path.
    package var history: String?
    /// Exponent of the popularity law over the products.
    package var zipf = 1.05
    /// Shoppers told apart; each keeps its id, so each keeps its model version.
    package var shoppers = 5_000

    /// Whether the products' list prices are known.
    var hasListPrices: Bool { if case .snapshot = products { true } else { false } }

    /// A store with these products and the defaults.
    package init(products: Products) { self.products = products }

    init?(_ object: ObjectDecoder) {
        let snapshot = object.optional("snapshot", .path)
        let list = object.optional("products", .array(of: .identifier))
        products = snapshot.map(Products.snapshot) ?? .list(list ?? [])
        history = object.optional("history", .path)
        object.read("shop", .identifier, into: &shop)
        currency = object.optional("currency", .identifier)
        object.read("zipf", .number(in: ScenarioLimits.zipf), into: &zipf)
        object.read("shoppers", .integer(in: ScenarioLimits.shoppers), into: &shoppers)
        let sources = ["snapshot", "products"].count(where: object.has)
        guard sources == 1 || (sources == 0 && object.has("history")) else {
            let message = "a store takes its products from `snapshot`, `products` or `history`"
            object.report(.productSource, message, at: object.span)
            return nil
        }
    }
}
