// SPDX-License-Identifier: Apache-2.0
import CLMDB

/// The tables and blobs of a data file, found and measured against what it must hold.
struct SnapshotMap {
    let entities: [MappedEntity]
    /// Free blobs in name order, which is LMDB's order.
    let freeBlobs: [(name: String, content: UnsafeRawBufferPointer)]

    init(
        _ transaction: borrowing ReadTransaction,
        content: SnapshotContent,
        path: String
    ) throws(SnapshotError) {
        let blobs = try Self.blobs(transaction, path: path)
        var entities: [MappedEntity] = []
        for (schema, summary) in zip(content.schema.entities, content.entities) {
            entities.append(
                try Self.entity(schema, summary, blobs, transaction.environment, path: path)
            )
        }
        self.entities = entities
        self.freeBlobs = try Self.free(blobs, listed: content.blobs, path: path)
    }

    private typealias Blobs = [String: UnsafeRawBufferPointer]

    private static func blobs(
        _ transaction: borrowing ReadTransaction,
        path: String
    ) throws(SnapshotError) -> Blobs {
        guard let database = transaction.environment.databases[SnapshotFormat.blobDatabase]
        else { throw missing("database", SnapshotFormat.blobDatabase, path) }
        var blobs: Blobs = [:]
        var broken: String?
        do throws(LMDBError) {
            try transaction.forEach(in: database) { key, value in
                let name = String(decoding: key, as: UTF8.self)
                blobs[name] = BlobFrame.content(of: value)
                if blobs[name] == nil { broken = name }
            }
        } catch {
            throw SnapshotError(.database, "\(error)", subject: path)
        }
        guard let broken else { return blobs }
        throw SnapshotError(
            .corrupt,
            "expected a framed value aligned to 64 bytes",
            subject: "\(path):\(broken)"
        )
    }

    private static func entity(
        _ schema: EntitySchema,
        _ summary: SnapshotManifest.EntitySummary,
        _ blobs: Blobs,
        _ environment: LMDBEnvironment,
        path: String
    ) throws(SnapshotError) -> MappedEntity {
        let rowsName = SnapshotFormat.rowsBlob(of: schema.name)
        let heapName = SnapshotFormat.heapBlob(of: schema.name)
        guard let database = environment.databases[schema.name]
        else { throw missing("database", schema.name, path) }
        guard let rows = blobs[rowsName] else { throw missing("blob", rowsName, path) }
        guard let heap = blobs[heapName] else { throw missing("blob", heapName, path) }
        let (size, overflow) = summary.rowCount.multipliedReportingOverflow(by: schema.stride)
        guard !overflow, rows.count == size else {
            throw wrongSize(rowsName, summary.rowCount, schema.stride, rows.count, path)
        }
        guard heap.count == summary.heapSize else {
            throw wrongSize(heapName, summary.heapSize, 1, heap.count, path)
        }
        return MappedEntity(
            database: database,
            rows: rows,
            heap: heap,
            rowCount: summary.rowCount,
            stride: schema.stride
        )
    }

    private static func free(
        _ blobs: Blobs,
        listed: [SnapshotManifest.BlobSummary],
        path: String
    ) throws(SnapshotError) -> [(name: String, content: UnsafeRawBufferPointer)] {
        var free: [(name: String, content: UnsafeRawBufferPointer)] = []
        for summary in listed {
            guard let content = blobs[summary.name] else {
                throw missing("blob", summary.name, path)
            }
            guard content.count == summary.size else {
                throw wrongSize(summary.name, summary.size, 1, content.count, path)
            }
            free.append((summary.name, content))
        }
        return free.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func missing(_ kind: String, _ name: String, _ path: String) -> SnapshotError {
        SnapshotError(.corrupt, "the \(kind) is missing", subject: "\(path):\(name)")
    }

    private static func wrongSize(
        _ name: String,
        _ count: Int,
        _ size: Int,
        _ found: Int,
        _ path: String
    ) -> SnapshotError {
        SnapshotError(
            .corrupt,
            "expected \(count) × \(size) bytes, got \(found)",
            subject: "\(path):\(name)"
        )
    }
}
