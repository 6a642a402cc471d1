// SPDX-License-Identifier: Apache-2.0
import CSluice
import Foundation

/// One row of a snapshot by its key, for people and as JSON.
package struct RowInspection: Codable, Sendable {
    /// One column of the row.
    package struct Column: Codable, Sendable {
        /// The column's name.
        package let name: String
        /// What the column holds.
        package let type: ColumnType
        /// The value as people read it, of a list the element count; nil when absent.
        package let value: String?
        /// The elements of a list: a line of cells each, after a line of headings.
        package let table: [[String]]?
    }

    /// Name of the entity.
    package let entity: String
    /// The row's key.
    package let key: String
    /// The row's number.
    package let row: UInt32
    /// The columns in schema order.
    package let columns: [Column]

    /// Finds a row.
    ///
    /// - Throws: `SnapshotError` of code `notFound` naming the entity or key.
    package init(_ snapshot: FeatureSnapshot, entity name: String, key: String) throws {
        guard let entity = snapshot.entity(named: name) else {
            let known = snapshot.schema.entities.map(\.name).joined(separator: ", ")
            throw SnapshotError(
                .notFound,
                "no such entity; there are \(known)",
                subject: "\(snapshot.id):\(name)"
            )
        }
        let reader = try snapshot.makeReader()
        let row = Array(key.utf8).withUnsafeBytes { reader.findRow(entity: entity, key: $0) }
        guard row != SLUICE_NO_ROW else {
            throw SnapshotError(
                .notFound,
                "no row has this key",
                subject: "\(snapshot.id):\(name)[\(key)]"
            )
        }
        let formatter = ColumnFormatter(snapshot)
        let view = RowView(snapshot, entity: entity, row: row)
        self.entity = name
        self.key = key
        self.row = row
        self.columns = snapshot.schema.entities[entity].columns.enumerated().map { index, column in
            Column(
                name: column.name,
                type: column.type,
                value: formatter.value(view, index, column),
                table: column.type == .list ? formatter.table(view, index, column) : nil
            )
        }
    }

    /// The row as indented JSON with snake_case keys.
    package func json() throws -> Data { try SnapshotJSON.readable(self) }

    /// The row as text: a line per column, lists as tables.
    package func render() -> String {
        var plain = TextTable()
        for column in columns where column.table == nil {
            plain.add(column.name, column.value ?? "null")
        }
        let lists = columns.compactMap { column in
            column.table.map { "  \(column.name): \(column.value ?? "null")\n" + text($0) }
        }
        return "\(entity) \(key), row \(row)\n" + plain.text(indent: 2) + lists.joined()
    }

    private func text(_ lines: [[String]]) -> String {
        lines.count < 2 ? "" : TextTable(lines: lines).text(indent: 4)
    }
}
