// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Foundation

/// What the snapshot that is damaged holds: a column of every type, a vocabulary, blobs.
enum MutantSource {
    static let rowCount = 8
    /// A fixed time: the id, and so the manifest, is the same on every machine.
    private static let created = Date(timeIntervalSince1970: 1_700_000_000)

    private static let schema = SnapshotSchema(
        currency: "GBP",
        currencyDigits: 2,
        entities: [
            EntitySchema(
                name: "product",
                columns: [
                    ColumnSchema(name: "rate", type: .f32),
                    ColumnSchema(name: "title", type: .text),
                    ColumnSchema(name: "list_price", type: .i64),
                    ColumnSchema(name: "kind", type: .u32, vocabulary: ["any", "guest"]),
                    ColumnSchema(name: "neighbours", type: .list, elementSize: 8),
                ]
            )
        ]
    )

    static func key(_ row: Int) -> [UInt8] { Array("P\(row)".utf8) }

    static func build(in store: SnapshotStore) throws -> SnapshotManifest {
        let writer = try SnapshotWriter(store: store, schema: schema)
        try writer.writeEntity("product", rowCount: rowCount, key: key, fill: fill)
        let popular = (0..<UInt32(rowCount)).map { $0 }
        try popular.withUnsafeBytes { try writer.writeBlob("popular", $0) }
        return try writer.finish(
            source: SnapshotSource(file: "mutant", rowsRead: 0, rowsUsed: 0, rowsDropped: [:]),
            created: created
        )
    }

    private static func fill(_ row: Int, _ encoder: inout RowEncoder) {
        encoder.set(0, f32: Float(row) / 4)
        encoder.setText(1, "Product \(row)")
        encoder.set(2, i64: 1_000 + Int64(row))
        encoder.set(3, u32: UInt32(row % 2))
        let neighbour = (UInt32((row + 1) % rowCount), Float(0.5))
        withUnsafeBytes(of: neighbour) { encoder.setList(4, $0) }
    }
}
