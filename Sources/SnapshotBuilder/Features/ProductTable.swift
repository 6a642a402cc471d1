// SPDX-License-Identifier: Apache-2.0

import CSluice
import FeatureSnapshots

/// The entity `product`.
struct ProductTable {
    static let name = "product"

    let features: ProductFeatures
    let schema: EntitySchema
    private let rules: FeatureRules

    init(_ features: ProductFeatures, _ rules: FeatureRules) {
        self.features = features
        self.rules = rules
        schema = EntitySchema(name: Self.name, columns: Self.columns(rules))
    }

    func write(to writer: SnapshotWriter) throws {
        try writer.writeEntity(
            Self.name,
            rowCount: features.count,
            key: features.key
        ) { row, encoder in
            var columns = ColumnCursor()
            writeTexts(row, &encoder, &columns)
            writePrices(row, &encoder, &columns)
            writeSales(row, &encoder, &columns)
            writeQuantiles(row, &encoder, &columns)
            writeLists(row, &encoder, &columns)
        }
    }

    // The order of columns here is the order the writers below fill them in.
    private static func columns(_ rules: FeatureRules) -> [ColumnSchema] {
        let texts = ["key", "title"].map { ColumnSchema($0, .text) }
        let prices = ["list_price", "last_price", "price_minimum", "price_maximum"]
        let windows = rules.windowDays.flatMap { ["units_\($0)d", "orders_\($0)d"] }
        let counts = ["customers"] + windows
        let quantiles = rules.pricePercentiles.map { "price_d\($0)" }
        return texts + prices.map { ColumnSchema($0, .i64, unit: .money) }
            + [ColumnSchema("last_sold", .i64, unit: .unixSeconds)]
            + counts.map { ColumnSchema($0, .i64) }
            + (["return_rate"] + quantiles).map { ColumnSchema($0, .f32) }
            + [ColumnSchema("listed", .u32)]
            + [
                .list("price_tiers", of: sluice_price_tier.self),
                .list("neighbours", of: sluice_neighbour.self),
            ]
    }

    private func writeTexts(
        _ row: Int,
        _ encoder: inout RowEncoder,
        _ columns: inout ColumnCursor
    ) {
        features.key(row).withUnsafeBytes { encoder.setText(columns.next(), $0) }
        let title = columns.next()
        features.counts(row).titles.best?.withUnsafeBytes { encoder.setText(title, $0) }
    }

    private func writePrices(
        _ row: Int,
        _ encoder: inout RowEncoder,
        _ columns: inout ColumnCursor
    ) {
        let counts = features.counts(row)
        let listPrice = columns.next()
        if let price = features.listPrice(row) { encoder.set(listPrice, i64: price) }
        encoder.set(columns.next(), i64: counts.lastPrice)
        encoder.set(columns.next(), i64: counts.priceMinimum)
        encoder.set(columns.next(), i64: counts.priceMaximum)
    }

    private func writeSales(
        _ row: Int,
        _ encoder: inout RowEncoder,
        _ columns: inout ColumnCursor
    ) {
        encoder.set(columns.next(), i64: features.lastSold(row))
        encoder.set(columns.next(), i64: features.counts(row).customers.estimate)
        for index in rules.windowDays.indices {
            let window = features.window(index, row)
            encoder.set(columns.next(), i64: window.units)
            encoder.set(columns.next(), i64: window.orders)
        }
        encoder.set(columns.next(), f32: features.returnRate(row))
    }

    private func writeQuantiles(
        _ row: Int,
        _ encoder: inout RowEncoder,
        _ columns: inout ColumnCursor
    ) {
        let prices = features.prices(row)
        for percentile in rules.pricePercentiles {
            let column = columns.next()
            if let price = prices.quantile(percent: percentile) {
                encoder.set(column, f32: Float(price))
            }
        }
        encoder.set(columns.next(), u32: features.isListed(row) ? 1 : 0)
    }

    private func writeLists(
        _ row: Int,
        _ encoder: inout RowEncoder,
        _ columns: inout ColumnCursor
    ) {
        features.tiers(row).withUnsafeBytes { encoder.setList(columns.next(), $0) }
        features.neighbours(row).withUnsafeBytes { encoder.setList(columns.next(), $0) }
    }
}

/// Counts through the columns of a row.
struct ColumnCursor {
    private var column = -1

    mutating func next() -> Int {
        column += 1
        return column
    }
}

extension ColumnSchema {
    init(
        _ name: String,
        _ type: ColumnType,
        vocabulary: [String]? = nil,
        unit: ColumnUnit? = nil
    ) {
        self.init(name: name, type: type, vocabulary: vocabulary, unit: unit)
    }

    static func list<Element>(_ name: String, of element: Element.Type) -> ColumnSchema {
        ColumnSchema(name: name, type: .list, elementSize: MemoryLayout<Element>.stride)
    }
}
