// SPDX-License-Identifier: Apache-2.0
import CSluice

/// One thread's way into a snapshot: an LMDB read transaction of its own, opened once.
///
/// Concurrency: one thread at a time. Lifetime: keeps its snapshot mapped.
package final class SnapshotReader {
    /// The snapshot it reads.
    package let snapshot: FeatureSnapshot

    private let transaction: ReadTransaction

    init(_ snapshot: FeatureSnapshot, _ transaction: consuming ReadTransaction) {
        self.snapshot = snapshot
        self.transaction = transaction
    }

    /// The row of `key` in entity number `entity`, or `SLUICE_NO_ROW`.
    ///
    /// Complexity: one descent of the B+ tree and one row header; no allocation, no lock.
    package func findRow(entity: Int, key: UnsafeRawBufferPointer) -> UInt32 {
        guard snapshot.entities.indices.contains(entity) else { return SLUICE_NO_ROW }
        let mapped = snapshot.entities[entity]
        guard let value = try? transaction.value(of: key, in: mapped.database),
            let row = mapped.row(ofValue: value),
            mapped.header(of: row).key_check == SnapshotFormat.keyCheck(key)
        else { return SLUICE_NO_ROW }
        return row
    }
}
