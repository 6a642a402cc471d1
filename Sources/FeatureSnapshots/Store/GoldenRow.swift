// SPDX-License-Identifier: Apache-2.0

/// A row with the values a reader must find in it.
package struct GoldenRow: Codable, Hashable, Sendable {
    /// Name of the entity.
    package let entity: String
    /// The row's key.
    package let key: String
    /// The row's number.
    package let row: UInt32
    /// Exact text of every present value by column name (see `RowView.exactText`); null columns are
    /// left out.
    package let values: [String: String]
}

extension GoldenRow {
    static func chosen(from snapshot: FeatureSnapshot) throws -> [GoldenRow] { [] }
    static func check(_ rows: [GoldenRow], in: FeatureSnapshot, file: String) throws {}
}
