// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots
import Foundation

/// A small store in a folder of its own, removed with it.
///
/// Product `P000` is row 0 and costs 10.00, each further one 0.10 more. `X-HUGE` costs nearly all
/// there is, `X-LAST` has no list price, `X-NONE` no price at all.
package final class StoreFixture {
    /// Products with a list price of their own.
    package static let productCount = 600

    private static let schema = SnapshotSchema(
        currency: "GBP",
        currencyDigits: 2,
        entities: [
            EntitySchema(
                name: "product",
                columns: [
                    ColumnSchema(name: "key", type: .text),
                    ColumnSchema(name: "title", type: .text),
                    ColumnSchema(name: "list_price", type: .i64),
                    ColumnSchema(name: "last_price", type: .i64),
                    ColumnSchema(name: "listed", type: .u32),
                    ColumnSchema(name: "price_tiers", type: .list, elementSize: 16),
                    ColumnSchema(name: "neighbours", type: .list, elementSize: 8),
                ]
            ),
            EntitySchema(
                name: "customer",
                columns: [
                    ColumnSchema(
                        name: "kind",
                        type: .u32,
                        vocabulary: ["any", "guest", "retail", "wholesale"]
                    )
                ]
            ),
        ]
    )

    /// Where its snapshots are; none is published.
    package let store = SnapshotStore(
        directory: FileManager.default.temporaryDirectory.path + "/worker-\(UUID())"
    )

    /// An empty store.
    package init() {}

    deinit { try? FileManager.default.removeItem(atPath: store.directory) }

    /// The key of a product's row.
    package static func key(_ row: Int) -> String {
        switch row - productCount {
        case ..<(-productCount): "A\(1_000 + row)"
        case 0: "X-HUGE"
        case 1: "X-LAST"
        case 2: "X-NONE"
        default: "P" + (row < 10 ? "00" : row < 100 ? "0" : "") + "\(row)"
        }
    }

    /// The list price of a product's row in minor units.
    package static func listPrice(_ row: Int) -> Int64 { 1000 + 10 * Int64(row) }

    /// How a snapshot differs from the others of the same products.
    package struct Variant: Sendable {
        /// Added to every list price.
        package let priceOffset: Int64
        /// Rows of unpriced products before the others, which move these.
        package let leadingRowCount: Int

        /// A snapshot with other prices in other rows.
        package init(priceOffset: Int64 = 0, leadingRowCount: Int = 0) {
            self.priceOffset = priceOffset
            self.leadingRowCount = leadingRowCount
        }

        /// The product in a row; below zero for a leading one.
        package func product(inRow row: Int) -> Int { row - leadingRowCount }

        /// The row of a product.
        package func row(ofProduct product: Int) -> Int { product + leadingRowCount }

        /// The list price of a product in minor units.
        package func listPrice(ofProduct product: Int) -> Int64 {
            StoreFixture.listPrice(product) + priceOffset
        }
    }

    /// Builds another snapshot of the same products.
    ///
    /// - Throws: what the writer throws.
    package func build(
        popular: Range<UInt32> = 0..<100,
        variant: Variant = Variant(),
        created: Date = Date()
    ) throws -> FeatureSnapshot {
        let writer = try SnapshotWriter(store: store, schema: Self.schema)
        try writer.writeEntity(
            "product",
            rowCount: variant.leadingRowCount + Self.productCount + 3,
            key: { Array(Self.key(variant.product(inRow: $0)).utf8) },
            fill: { row, encoder in fillProduct(row, variant, &encoder) }
        )
        try writer.writeEntity(
            "customer",
            rowCount: 2,
            key: { Array("C\($0)".utf8) },
            fill: { row, encoder in encoder.set(0, u32: UInt32(2 + row)) }
        )
        try Array(popular).withUnsafeBytes { try writer.writeBlob("popular", $0) }
        let manifest = try writer.finish(
            source: SnapshotSource(file: "fixture", rowsRead: 0, rowsUsed: 0, rowsDropped: [:]),
            created: created
        )
        return try store.open(manifest.id)
    }

    private func fillProduct(_ row: Int, _ variant: Variant, _ encoder: inout RowEncoder) {
        let product = variant.product(inRow: row)
        let price = variant.listPrice(ofProduct: product)
        encoder.setText(0, Self.key(product))
        encoder.setText(1, "Product \(product)")
        switch product - Self.productCount {
        case 0: encoder.set(2, i64: Int64.max / 2)
        case 1: encoder.set(3, i64: price)
        case 2, ..<(-Self.productCount): break
        default:
            encoder.set(2, i64: price)
            encoder.set(3, i64: price)
        }
        encoder.set(4, u32: 1)
        let tier = sluice_price_tier(
            customer_kind: 0,
            quantity_minimum: 10,
            unit_price_minor: price * 9 / 10
        )
        withUnsafeBytes(of: tier) { encoder.setList(5, $0) }
        let neighbours = (1...20).map {
            sluice_neighbour(
                product_row: UInt32((row + $0) % Self.productCount),
                weight: 1 / Float($0 + 1)
            )
        }
        neighbours.withUnsafeBytes { encoder.setList(6, $0) }
    }
}
