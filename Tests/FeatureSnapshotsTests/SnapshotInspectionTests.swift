// SPDX-License-Identifier: Apache-2.0
import CSluice
import Foundation
import Testing

@testable import FeatureSnapshots

@Suite struct SnapshotInspectionTests {
    private let temporary = TemporaryStore()

    private func build() throws -> FeatureSnapshot {
        let schema = SnapshotSchema(
            currency: "KWD",
            currencyDigits: 3,
            entities: [
                EntitySchema(
                    name: "product",
                    columns: [
                        ColumnSchema(name: "key", type: .text),
                        ColumnSchema(name: "list_price", type: .i64, unit: .money),
                        ColumnSchema(name: "last_sold", type: .i64, unit: .unixSeconds),
                        ColumnSchema(name: "units", type: .i64),
                        ColumnSchema(name: "return_rate", type: .f32),
                        ColumnSchema(name: "kind", type: .u32, vocabulary: ["any", "guest"]),
                        ColumnSchema(name: "price_tiers", type: .list, elementSize: 16),
                        ColumnSchema(name: "neighbours", type: .list, elementSize: 8),
                        ColumnSchema(name: "pairs", type: .list, elementSize: 2),
                    ]
                )
            ]
        )
        let writer = try SnapshotWriter(store: temporary.store, schema: schema)
        try writer.writeEntity(
            "product",
            rowCount: 1,
            key: { _ in bytes("22423") },
            fill: { _, row in
                row.setText(0, "22423")
                row.set(1, i64: 12750)
                row.set(2, i64: 1_323_000_000)
                row.set(5, u32: 1)
                let tiers = [
                    sluice_price_tier(
                        customer_kind: 1,
                        quantity_minimum: 16,
                        unit_price_minor: 10950
                    )
                ]
                tiers.withUnsafeBytes { row.setList(6, $0) }
                [sluice_neighbour(product_row: 0, weight: 0.5)]
                    .withUnsafeBytes { row.setList(7, $0) }
                [UInt8]([1, 2, 254, 255]).withUnsafeBytes { row.setList(8, $0) }
            }
        )
        let manifest = try writer.finish(
            source: SnapshotSource(
                file: "history.csv",
                rowsRead: 541909,
                rowsUsed: 1,
                rowsDropped: ["returns": 9288]
            )
        )
        return try temporary.store.open(manifest.id)
    }

    @Test func showsARowAsPeopleReadIt() throws {
        let snapshot = try build()
        let row = try RowInspection(snapshot, entity: "product", key: "22423")
        #expect(
            row.render() == """
                product 22423, row 0
                  key          22423
                  list_price   12.750 KWD
                  last_sold    2011-12-04T12:00:00Z
                  units        null
                  return_rate  null
                  kind         guest
                  price_tiers: 1 elements
                    kind   from quantity  unit price
                    guest  16             10.950 KWD
                  neighbours: 1 elements
                    product  weight
                    22423    0.5
                  pairs: 2 elements
                    bytes
                    01 02
                    fe ff

                """
        )
        let json = String(decoding: try row.json(), as: UTF8.self)
        #expect(json.contains("\"value\" : \"12.750 KWD\""))
    }

    @Test func showsWhatASnapshotHolds() throws {
        let snapshot = try build()
        let text = SnapshotInspection(snapshot.manifest).render()
        for line in [
            "snapshot  \(snapshot.id)", "currency  KWD, 3 digits", "parent    none",
            "source    history.csv, 541,909 rows read", "9,288 dropped: returns",
            "product: 1 rows of 128 bytes, 36 bytes of texts and lists",
            "  list_price   i64   money",
            "  price_tiers  list  elements of 16 bytes", "  kind         u32   2 words",
        ] { #expect(text.contains(line), "\(line) in\n\(text)") }
        let json = String(decoding: try SnapshotInspection(snapshot.manifest).json(), as: UTF8.self)
        #expect(json.contains("\"row_count\" : 1"))
    }

    @Test func saysWhatIsNotThere() throws {
        let snapshot = try build()
        let noEntity = #expect(throws: SnapshotError.self) {
            try RowInspection(snapshot, entity: "basket", key: "1")
        }
        #expect(try #require(noEntity).message == "no such entity; there are product")
        let noRow = #expect(throws: SnapshotError.self) {
            try RowInspection(snapshot, entity: "product", key: "1")
        }
        #expect(try #require(noRow).message == "no row has this key")
    }
}
