// SPDX-License-Identifier: Apache-2.0
import CLMDB

/// A read-only LMDB file in memory, with the handles of its databases.
///
/// Opened `MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS`: the file is never written again, so it needs no
/// reader table and a transaction may move between threads. Environments of one file share its map.
final class LMDBEnvironment: Sendable {
    /// The databases of the file by name.
    let databases: [String: MDB_dbi]
    let handle: LMDBHandle
    private let identity: FileIdentity

    /// Maps the file at `path`, which must be the one that was verified.
    ///
    /// - Throws: `LMDBError`, with `ESTALE` when another file took the path meanwhile.
    init(path: String, identity: FileIdentity) throws(LMDBError) {
        let file = try OpenFile.share(path: path, identity: identity)
        self.databases = file.databases
        self.handle = file.handle
        self.identity = identity
    }

    deinit { OpenFile.release(identity) }
}

/// A pointer to an `MDB_env`.
struct LMDBHandle: @unchecked Sendable {
    // Threads may share an environment: lmdb.h, "Restrictions/caveats".
    let pointer: OpaquePointer
}
