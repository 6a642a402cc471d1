// SPDX-License-Identifier: Apache-2.0

/// Name and columns of one entity: a table of rows ordered by key.
package struct EntitySchema: Hashable, Sendable {
    /// The entity's name: `[a-z][a-z0-9_]*`.
    package let name: String
    /// The columns; a column's index here is its number everywhere else.
    package let columns: [ColumnSchema]
    /// Where the columns lie in a row; derived.
    package let layout: EntityLayout

    /// Describes an entity and lays its rows out.
    package init(name: String, columns: [ColumnSchema]) {
        self.name = name
        self.columns = columns
        self.layout = EntityLayout(columns: columns)
    }

    /// Bytes between two rows.
    package var stride: Int { layout.stride }

    /// The number of the column called `name`.
    package func column(named name: String) -> Int? {
        columns.firstIndex { $0.name == name }
    }

    /// Bytes from the start of a row to the column.
    package func offset(of column: Int) -> Int { layout.offsets[column] }

    /// The bit of `null_bits` that says the column is absent: the column's number.
    package func nullBit(of column: Int) -> Int { column }

    /// The rule this entity breaks, or nil.
    var fault: String? {
        guard SchemaRules.isName(name) else {
            return "expected an entity name of [a-z][a-z0-9_]*, got \"\(name)\""
        }
        guard columns.count <= SchemaRules.columnCountMax else {
            return "\(name): \(columns.count) columns, at most \(SchemaRules.columnCountMax) fit"
        }
        guard Set(columns.map(\.name)).count == columns.count else {
            return "\(name): two columns have the same name"
        }
        return columns.lazy.compactMap(\.fault).first.map { "\(name).\($0)" }
    }
}

extension EntitySchema: Codable {
    private enum CodingKeys: CodingKey { case name, columns }

    /// Reads what `encode(to:)` writes.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try container.decode(String.self, forKey: .name),
            columns: try container.decode([ColumnSchema].self, forKey: .columns)
        )
    }

    /// Writes name and columns; the layout is derived.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(columns, forKey: .columns)
    }
}
