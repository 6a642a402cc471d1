// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Foundation
import SnapshotBuilder

/// What a store sells, and what was bought there.
package struct Catalog: Sendable {
    /// A product that requests can name.
    package struct Product: Sendable {
        /// Its key in the snapshot.
        package let key: String
        /// Its list price in minor units; nil when no snapshot tells it.
        package let listPriceMinor: Int64?
    }

    /// A line of a cart.
    package struct CartLine: Hashable, Sendable {
        /// Position among the products.
        package let product: Int
        /// How many of it.
        package let quantity: Int
    }

    /// The products; with carts of a history those that the carts name.
    package private(set) var products: [Product]
    /// Real carts; empty without a history.
    package private(set) var carts: [[CartLine]] = []
    /// Decimals of the currency.
    package private(set) var currencyDigits = 2

    /// A catalogue of keys alone.
    package init(products keys: [String] = []) {
        products = keys.map { Product(key: $0, listPriceMinor: nil) }
    }

    /// Reads what a store names; nothing without a store.
    ///
    /// - Throws: `SnapshotError` when the snapshot is not there or not sound; `DiagnosticReport` or
    ///   `BuildError` when the history is not; `LoadTestError` when no cart of it can be sent.
    package init(of store: StoreProfile?) throws {
        self.init()
        switch store?.products {
        case .snapshot(let path): try readSnapshot(path)
        case .list(let keys): products = keys.map { Product(key: $0, listPriceMinor: nil) }
        case nil: break
        }
        if let source = store?.history { try readHistory(source) }
    }

    private mutating func readSnapshot(_ path: String) throws {
        let snapshot = try Self.open(path)
        guard let entity = snapshot.entity(named: "product") else {
            throw SnapshotError(.notFound, "the snapshot has no entity `product`", subject: path)
        }
        products = try snapshot.moneyByKey(of: entity, column: "list_price").map {
            Product(key: $0.key, listPriceMinor: $0.minorUnits)
        }
        currencyDigits = snapshot.schema.currencyDigits
    }

    /// Takes the carts of a history; products that the store does not sell are left out of them.
    private mutating func readHistory(_ source: String) throws {
        let history = try OrderHistory.read(source: source)
        let known = Dictionary(
            products.enumerated().map { ($1.key.uppercased(), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        if known.isEmpty {
            products = history.products.map { Product(key: $0, listPriceMinor: nil) }
        }
        let positions = history.products.enumerated().map { index, key in
            known.isEmpty ? index : known[key.uppercased()]
        }
        carts = history.orders.map { order in
            order.prefix(ScenarioLimits.lines.upperBound).compactMap { line in
                positions[line.product].map { CartLine(product: $0, quantity: line.quantity) }
            }
        }.filter { !$0.isEmpty }
        guard !carts.isEmpty else { throw LoadTestError.noCarts(source) }
    }

    private static func open(_ path: String) throws -> FeatureSnapshot {
        let manifest = path + "/" + SnapshotFormat.manifestFile
        guard FileManager.default.fileExists(atPath: manifest) else {
            return try SnapshotStore(directory: path).openCurrent()
        }
        let folder = URL(filePath: path).standardizedFileURL
        guard let id = SnapshotID(folder.lastPathComponent) else {
            throw SnapshotError(.notFound, "the folder's name is no snapshot id", subject: path)
        }
        return try SnapshotStore(directory: folder.deletingLastPathComponent().path).open(id)
    }
}
