// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Glibc

// Builds and publishes snapshots into the store named by the first argument until it is killed.
let store = SnapshotStore(directory: CommandLine.arguments[1])
let schema = SnapshotSchema(
    currency: "GBP",
    currencyDigits: 2,
    entities: [
        EntitySchema(
            name: "product",
            columns: [
                ColumnSchema(name: "price", type: .i64), ColumnSchema(name: "title", type: .text),
            ]
        )
    ]
)

func buildAndPublish(_ round: Int) throws {
    let writer = try SnapshotWriter(store: store, schema: schema)
    try writer.writeEntity(
        "product",
        rowCount: 500,
        key: { Array("P\(1000 + $0)".utf8) },
        fill: { row, encoder in
            encoder.set(0, i64: Int64.random(in: 0...1_000_000))
            encoder.setText(1, "product \(row) of round \(round)")
        }
    )
    let manifest = try writer.finish(
        source: SnapshotSource(file: "killee", rowsRead: 500, rowsUsed: 500)
    )
    try store.publish(manifest.id)
    if round % 4 == 3 { _ = try store.rollback() }
    if round % 8 == 7 { try store.collectGarbage(keep: 2) }
}

print("building")
fflush(nil)
do {
    for round in 0... { try buildAndPublish(round) }
} catch {
    print(error)
    exit(1)
}
