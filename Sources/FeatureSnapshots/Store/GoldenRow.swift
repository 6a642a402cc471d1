// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A row with the values a reader must find in it.
package struct GoldenRow: Codable, Hashable, Sendable {
    /// Name of the entity.
    package let entity: String
    /// The row's key.
    package let key: String
    /// The row's number.
    package let row: UInt32
    /// Exact text of every present value by column name (see `RowView.exactText`).
    package let values: [String: String]
}

extension GoldenRow {
    /// The first, the middle and the last row of every entity, all columns.
    static func chosen(from snapshot: FeatureSnapshot) throws -> [GoldenRow] {
        var chosen: [GoldenRow] = []
        for (entity, mapped) in snapshot.entities.enumerated() where mapped.rowCount > 0 {
            let last = UInt32(mapped.rowCount - 1)
            let rows = Set([0, last / 2, last])
            try snapshot.forEachKey(of: entity) { key, row in
                guard rows.contains(row) else { return }
                chosen.append(
                    GoldenRow(
                        entity: snapshot.schema.entities[entity].name,
                        key: String(decoding: key, as: UTF8.self),
                        row: row,
                        values: snapshot.exactTexts(entity: entity, row: row)
                    )
                )
            }
        }
        return chosen
    }

    /// Reads every golden row by its key and compares all columns.
    ///
    /// - Throws: `SnapshotError` of code `corrupt` naming entity, key and column.
    static func check(
        _ rows: [GoldenRow],
        in snapshot: FeatureSnapshot,
        file: String
    ) throws {
        let reader = try snapshot.makeReader()
        for golden in rows {
            let place = "\(file):\(golden.entity)[\(golden.key)]"
            guard let entity = snapshot.entity(named: golden.entity) else {
                throw SnapshotError(.corrupt, "the schema has no such entity", subject: place)
            }
            let row = Array(golden.key.utf8).withUnsafeBytes {
                reader.findRow(entity: entity, key: $0)
            }
            guard row == golden.row else {
                throw SnapshotError(
                    .corrupt,
                    "expected row \(golden.row), got \(rowText(row))",
                    subject: place
                )
            }
            try golden.check(snapshot.exactTexts(entity: entity, row: row), place: place)
        }
    }

    private func check(_ found: [String: String], place: String) throws(SnapshotError) {
        for column in Set(values.keys).union(found.keys).sorted()
        where values[column] != found[column] {
            let wanted = values[column] ?? "null"
            throw SnapshotError(
                .corrupt,
                "expected \(wanted), got \(found[column] ?? "null")",
                subject: "\(place).\(column)"
            )
        }
    }

    private static func rowText(_ row: UInt32) -> String {
        row == SLUICE_NO_ROW ? "no row" : String(row)
    }
}

extension FeatureSnapshot {
    /// Exact text of every present value of a row by column name.
    fileprivate func exactTexts(entity: Int, row: UInt32) -> [String: String] {
        let view = RowView(self, entity: entity, row: row)
        var texts: [String: String] = [:]
        for (index, column) in schema.entities[entity].columns.enumerated() {
            texts[column.name] = view.exactText(index, column.type)
        }
        return texts
    }
}
