// SPDX-License-Identifier: Apache-2.0
import CLMDB
import CSluice

/// A snapshot mapped into memory: immutable, shared by every thread, closed when the last user lets
/// go of it.
///
/// Lifetime: the view, every row and every blob are valid while the snapshot lives.
package final class FeatureSnapshot: @unchecked Sendable {
    // Everything is written in `init` and only read afterwards; the transaction is not used again,
    // it only keeps the pages.

    /// What the snapshot says of itself.
    package let manifest: SnapshotManifest
    /// The snapshot as plugins see it; its `host_snapshot` is this object, unretained.
    package let view: UnsafePointer<sluice_snapshot>

    /// Where its file lies, for another process that maps it too.
    package let location: SnapshotLocation

    let environment: LMDBEnvironment
    let entities: UnsafeBufferPointer<MappedEntity>
    let blobs: BlobTable
    private let transaction: ReadTransaction
    private let memory: StableMemory

    /// The snapshot's id.
    package var id: String { manifest.id.text }

    /// Entities and columns.
    package var schema: SnapshotSchema { manifest.schema }

    /// Maps a data file that was verified against `manifest`.
    init(
        path: String,
        identity: FileIdentity,
        manifest: SnapshotManifest
    ) throws(SnapshotError) {
        self.manifest = manifest
        location = SnapshotLocation(dataPath: path, identity: identity, id: manifest.id.text)
        do throws(LMDBError) {
            environment = try LMDBEnvironment(path: path, identity: identity)
            transaction = try ReadTransaction(environment)
        } catch {
            throw SnapshotError(.database, "\(error)", subject: path)
        }
        let map = try SnapshotMap(transaction, content: manifest.content, path: path)
        var memory = StableMemory()
        entities = UnsafeBufferPointer(
            start: memory.array(map.entities),
            count: map.entities.count
        )
        blobs = memory.blobTable(map.freeBlobs)
        let view = memory.view(of: map, manifest: manifest)
        self.memory = memory
        self.view = UnsafePointer(view)
        view.pointee.host_snapshot = Unmanaged.passUnretained(self).toOpaque()
    }

    /// The number of the entity called `name`, for `findRow` and `view.entities`.
    package func entity(named name: String) -> Int? {
        schema.entity(named: name)
    }

    /// A named large value, in place; `{NULL, 0}` when there is none.
    ///
    /// Complexity: a binary search, no allocation.
    package func blob(_ name: sluice_bytes) -> sluice_bytes {
        blobs.content(of: name)
    }

    /// A reader for one thread.
    ///
    /// - Throws: `SnapshotError` of code `database`.
    package func makeReader() throws(SnapshotError) -> SnapshotReader {
        do throws(LMDBError) {
            return SnapshotReader(self, try ReadTransaction(environment))
        } catch {
            throw SnapshotError(.database, "\(error)", subject: id)
        }
    }
}
