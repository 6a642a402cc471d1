// SPDX-License-Identifier: Apache-2.0

extension FeatureSnapshot {
    /// Calls `body` with every key of an entity and the row number stored with it, in key order; a
    /// value that is no row number of the table comes as `UInt32.max`.
    ///
    /// - Throws: `LMDBError`.
    func forEachKey(
        of entity: Int,
        _ body: (UnsafeRawBufferPointer, UInt32) -> Void
    ) throws(LMDBError) {
        let mapped = entities[entity]
        let transaction = try ReadTransaction(environment)
        try transaction.forEach(in: mapped.database) { key, value in
            body(key, mapped.row(ofValue: value) ?? .max)
        }
    }

    /// The texts of the `meta` database.
    ///
    /// - Throws: `LMDBError`.
    func facts() throws(LMDBError) -> [String: String] {
        guard let database = environment.databases[SnapshotFormat.metaDatabase] else { return [:] }
        let transaction = try ReadTransaction(environment)
        var facts: [String: String] = [:]
        try transaction.forEach(in: database) { key, value in
            facts[String(decoding: key, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
        }
        return facts
    }
}
