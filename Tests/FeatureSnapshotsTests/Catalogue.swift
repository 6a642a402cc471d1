// SPDX-License-Identifier: Apache-2.0
import CSluice
import Foundation

@testable import FeatureSnapshots

/// A random product entity with a column of every type, kept in a dictionary beside the snapshot.
struct Catalogue {
    struct Product: Equatable {
        var price: Int64?
        var rate: Float?
        var kind: UInt32?
        var title: String?
        var neighbours: [(row: UInt32, weight: Float)]?

        static func == (left: Product, right: Product) -> Bool {
            left.price == right.price && left.rate == right.rate && left.kind == right.kind
                && left.title == right.title
                && (left.neighbours == nil) == (right.neighbours == nil)
                && (left.neighbours ?? []).elementsEqual(right.neighbours ?? [], by: ==)
        }
    }

    static let schema = SnapshotSchema(
        currency: "GBP",
        currencyDigits: 2,
        entities: [
            EntitySchema(
                name: "product",
                columns: [
                    ColumnSchema(name: "rate", type: .f32),
                    ColumnSchema(name: "title", type: .text),
                    ColumnSchema(name: "price", type: .i64),
                    ColumnSchema(
                        name: "kind",
                        type: .u32,
                        vocabulary: ["any", "guest", "retail"]
                    ),
                    ColumnSchema(name: "neighbours", type: .list, elementSize: 8),
                ]
            ),
            EntitySchema(name: "customer", columns: [ColumnSchema(name: "orders", type: .i64)]),
        ]
    )

    var products: [String: Product] = [:]
    var popular: [UInt32] = []
    var keys: [String] { products.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    init(seed: UInt64, rowCount: Int) {
        var random = SeededGenerator(seed: seed)
        while products.count < rowCount {
            products[Self.key(using: &random)] = Self.product(rowCount, using: &random)
        }
        popular = (0..<UInt32(rowCount)).shuffled(using: &random)
    }

    @discardableResult
    func build(in store: SnapshotStore, created: Date = Date()) throws -> SnapshotManifest {
        let writer = try SnapshotWriter(store: store, schema: Self.schema)
        let keys = keys
        try writer.writeEntity(
            "product",
            rowCount: keys.count,
            key: { bytes(keys[$0]) },
            fill: { row, encoder in fill(&encoder, with: products[keys[row]]!) }
        )
        try writer.writeEntity(
            "customer",
            rowCount: 1,
            key: { _ in bytes("17850") },
            fill: { _, encoder in encoder.set(0, i64: 34) }
        )
        try popular.withUnsafeBytes { try writer.writeBlob("popular", $0) }
        try writer.writeBlob("empty", UnsafeRawBufferPointer(start: nil, count: 0))
        return try writer.finish(
            source: SnapshotSource(
                file: "test.csv",
                rowsRead: 9,
                rowsUsed: 8,
                rowsDropped: ["returns": 1]
            ),
            created: created
        )
    }

    private func fill(_ encoder: inout RowEncoder, with product: Product) {
        if let rate = product.rate { encoder.set(0, f32: rate) }
        if let title = product.title { encoder.setText(1, title) }
        if let price = product.price { encoder.set(2, i64: price) }
        if let kind = product.kind { encoder.set(3, u32: kind) }
        if let neighbours = product.neighbours {
            neighbours.map { sluice_neighbour(product_row: $0.row, weight: $0.weight) }
                .withUnsafeBytes { encoder.setList(4, $0) }
        }
    }

    /// Reads a row back through the public interface.
    static func read(_ view: RowView) -> Product {
        Product(
            price: view.isNull(2) ? nil : view.i64(2),
            rate: view.isNull(0) ? nil : view.f32(0),
            kind: view.isNull(3) ? nil : view.u32(3),
            title: view.isNull(1) ? nil : String(decoding: view.text(1), as: UTF8.self),
            neighbours: view.isNull(4)
                ? nil
                : view.list(4).bindMemory(to: sluice_neighbour.self).map {
                    ($0.product_row, $0.weight)
                }
        )
    }

    private static func key(using random: inout SeededGenerator) -> String {
        let alphabet = Array("ABCXYZ0189-ÄÖ€")
        let length =
            Int.random(in: 0..<20, using: &random) == 0
            ? 150 : Int.random(in: 1...8, using: &random)
        return String((0..<length).map { _ in alphabet.randomElement(using: &random)! })
    }

    private static func product(
        _ rowCount: Int,
        using random: inout SeededGenerator
    ) -> Product {
        func maybe<Value>(_ value: Value) -> Value? {
            Int.random(in: 0..<5, using: &random) == 0 ? nil : value
        }
        let neighbours = (0..<Int.random(in: 0...50, using: &random)).map { _ in
            (
                row: UInt32.random(in: 0..<UInt32(rowCount), using: &random),
                weight: Float.random(in: 0...1, using: &random)
            )
        }
        return Product(
            price: maybe(Int64(truncatingIfNeeded: random.next())),
            rate: maybe(Float.random(in: -1...1, using: &random)),
            kind: maybe(UInt32.random(in: 0...2, using: &random)),
            title: maybe(["", "mug", "ŒUF €5 🥚", "a\"b\\c\n"].randomElement(using: &random)!),
            neighbours: maybe(neighbours)
        )
    }
}
