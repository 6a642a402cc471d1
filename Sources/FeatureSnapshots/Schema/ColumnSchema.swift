// SPDX-License-Identifier: Apache-2.0

/// Name and type of one column of an entity.
package struct ColumnSchema: Codable, Hashable, Sendable {
    /// The name handlers bind by: `[a-z][a-z0-9_]*`.
    package let name: String
    /// What the column holds.
    package let type: ColumnType
    /// Bytes of one element of a list column; nil for the other types.
    package let elementSize: Int?
    /// The words a `u32` column's codes stand for, code 0 first; nil when the values are no codes.
    package let vocabulary: [String]?
    /// How people read the numbers of an i64 column; nil for plain numbers.
    package let unit: ColumnUnit?

    /// Describes a column.
    package init(
        name: String,
        type: ColumnType,
        elementSize: Int? = nil,
        vocabulary: [String]? = nil,
        unit: ColumnUnit? = nil
    ) {
        self.name = name
        self.type = type
        self.elementSize = elementSize
        self.vocabulary = vocabulary
        self.unit = unit
    }

    /// The rule this column breaks, or nil.
    var fault: String? {
        guard SchemaRules.isName(name) else {
            return "expected a column name of [a-z][a-z0-9_]*, got \"\(name)\""
        }
        guard unit == nil || type == .i64 else { return "\(name): only an i64 column has a unit" }
        guard vocabulary == nil || type == .u32 else {
            return "\(name): only a u32 column has a vocabulary"
        }
        guard type == .list else {
            return elementSize == nil ? nil : "\(name): only a list column has an element_size"
        }
        let sizes = 1...SchemaRules.elementSizeMax
        guard let elementSize, sizes.contains(elementSize) else {
            return "\(name): a list column needs an element_size in \(sizes)"
        }
        return nil
    }
}

/// What an i64 column counts.
package enum ColumnUnit: String, Codable, Hashable, Sendable {
    /// Minor units of the schema's currency.
    case money
    /// Seconds since 1970, UTC.
    case unixSeconds = "unix_seconds"
}
