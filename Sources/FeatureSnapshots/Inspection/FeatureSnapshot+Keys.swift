// SPDX-License-Identifier: Apache-2.0

extension FeatureSnapshot {
    /// The keys of an entity in key order, of rows that have a value in a column.
    ///
    /// - Throws: `SnapshotError` of code `notFound` without the column, of code `database` else.
    package func keys(of entity: Int, having column: String) throws(SnapshotError) -> [String] {
        let columns = schema.entities[entity].columns
        guard let column = columns.firstIndex(where: { $0.name == column }) else {
            throw SnapshotError(.notFound, "the entity has no such column", subject: column)
        }
        var keys: [String] = []
        do throws(LMDBError) {
            try forEachKey(of: entity) { key, row in
                guard row != .max, !RowView(self, entity: entity, row: row).isNull(column) else {
                    return
                }
                keys.append(String(decoding: key, as: UTF8.self))
            }
        } catch {
            throw SnapshotError(.database, "\(error)", subject: id)
        }
        return keys
    }
}
