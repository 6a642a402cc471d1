// SPDX-License-Identifier: Apache-2.0

extension FeatureSnapshot {
    /// The values of an i64 column by key in key order, of rows that have one.
    ///
    /// - Throws: `SnapshotError` of code `notFound` without such a column, of code `database` else.
    package func moneyByKey(
        of entity: Int,
        column name: String
    ) throws(SnapshotError) -> [(key: String, minorUnits: Int64)] {
        let columns = schema.entities[entity].columns
        guard let column = columns.firstIndex(where: { $0.name == name && $0.type == .i64 }) else {
            throw SnapshotError(.notFound, "the entity has no such i64 column", subject: name)
        }
        var values: [(key: String, minorUnits: Int64)] = []
        do throws(LMDBError) {
            try forEachKey(of: entity) { key, row in
                guard row != .max else { return }
                let view = RowView(self, entity: entity, row: row)
                guard !view.isNull(column) else { return }
                values.append((String(decoding: key, as: UTF8.self), view.i64(column)))
            }
        } catch {
            throw SnapshotError(.database, "\(error)", subject: id)
        }
        return values
    }
}
