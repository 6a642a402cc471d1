// SPDX-License-Identifier: Apache-2.0
import YAMLDecoding

/// The store whose checkouts and widgets send the requests.
package struct StoreProfile: Sendable {
    /// Where product keys come from.
    package enum Products: Sendable {
        /// Every product with a list price in a snapshot, or in the published one of a store; a path.
        case snapshot(String)
        /// These.
        case list([String])
    }

    /// The shop that requests name.
    package var shop = "demo.myshopify.com"
    /// ISO 4217; nil leaves it out.
    package var currency: String?
    /// Where product keys come from.
    package var products: Products
    /// Exponent of the popularity law over the products.
    package var zipf = 1.05
    /// Shoppers told apart; each keeps its id, so each keeps its model version.
    package var shoppers = 5_000

    /// A store with these products and the defaults.
    package init(products: Products) { self.products = products }

    init?(_ object: ObjectDecoder) {
        let snapshot = object.optional("snapshot", .path)
        let list = object.optional("products", .array(of: .identifier))
        products = snapshot.map(Products.snapshot) ?? .list(list ?? [])
        object.read("shop", .identifier, into: &shop)
        currency = object.optional("currency", .identifier)
        object.read("zipf", .number(in: ScenarioLimits.zipf), into: &zipf)
        object.read("shoppers", .integer(in: ScenarioLimits.shoppers), into: &shoppers)
        guard object.has("snapshot") != object.has("products") else {
            let message = "a store takes its products from `snapshot` or from `products`"
            object.report(.productSource, message, at: object.span)
            return nil
        }
    }
}
