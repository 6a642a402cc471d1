// SPDX-License-Identifier: Apache-2.0

import FeatureSnapshots

/// The entity `customer`.
struct CustomerTable {
    static let name = "customer"

    let features: CustomerFeatures
    let schema: EntitySchema

    init(_ features: CustomerFeatures) {
        self.features = features
        let integers = [
            ColumnSchema("orders", .i64), ColumnSchema("units", .i64),
            ColumnSchema("spend", .i64, unit: .money),
            ColumnSchema("last_order", .i64, unit: .unixSeconds),
        ]
        schema = EntitySchema(
            name: Self.name,
            columns: [ColumnSchema("key", .text)] + integers + [
                ColumnSchema("recency_days", .f32),
                ColumnSchema("kind", .u32, vocabulary: CustomerKind.vocabulary),
                ColumnSchema("country", .u32, vocabulary: features.countries),
            ]
        )
    }

    func write(to writer: SnapshotWriter) throws {
        try writer.writeEntity(
            Self.name,
            rowCount: features.count,
            key: features.key
        ) { row, encoder in
            var columns = ColumnCursor()
            features.key(row).withUnsafeBytes { encoder.setText(columns.next(), $0) }
            writeCounts(row, &encoder, &columns)
            encoder.set(columns.next(), f32: features.recencyDays(row))
            encoder.set(columns.next(), u32: features.kind(row).rawValue)
            let country = columns.next()
            if let code = features.country(row) { encoder.set(country, u32: code) }
        }
    }

    private func writeCounts(
        _ row: Int,
        _ encoder: inout RowEncoder,
        _ columns: inout ColumnCursor
    ) {
        let counts = features.counts(row)
        for value in [counts.orders, counts.units, counts.spend, counts.lastOrder] {
            encoder.set(columns.next(), i64: value)
        }
    }
}
