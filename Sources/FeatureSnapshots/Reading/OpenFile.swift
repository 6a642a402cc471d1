// SPDX-License-Identifier: Apache-2.0
import CLMDB
import Glibc
import Synchronization

/// A mapped LMDB file and how many environments share it.
///
/// LMDB forbids opening a file twice in one process, so every open file is known here and the last
/// user closes it.
///
/// Related documentation: `mdb_env_open`, `mdb_dbi_open` in `lmdb.h`.
struct OpenFile {
    let handle: LMDBHandle
    let databases: [String: MDB_dbi]
    private var userCount = 1

    private static let all = Mutex<[FileIdentity: OpenFile]>([:])

    static func share(path: String, identity: FileIdentity) throws(LMDBError) -> OpenFile {
        try all.withLock { (files) throws(LMDBError) in
            guard var file = files[identity] else {
                let file = try OpenFile(path: path, identity: identity)
                files[identity] = file
                return file
            }
            file.userCount += 1
            files[identity] = file
            return file
        }
    }

    static func release(_ identity: FileIdentity) {
        all.withLock { files in
            guard var file = files[identity] else { return }
            file.userCount -= 1
            files[identity] = file.userCount == 0 ? nil : file
            if file.userCount == 0 { mdb_env_close(file.handle.pointer) }
        }
    }

    private init(path: String, identity: FileIdentity) throws(LMDBError) {
        var environment: OpaquePointer?
        try LMDBError.check(mdb_env_create(&environment), "mdb_env_create")
        guard let environment else { throw LMDBError(ENOMEM, "mdb_env_create") }
        do throws(LMDBError) {
            try Self.open(environment, path: path, identity: identity)
            databases = try Self.openDatabases(of: environment)
        } catch {
            mdb_env_close(environment)
            throw error
        }
        handle = LMDBHandle(pointer: environment)
    }

    private static func open(
        _ environment: OpaquePointer,
        path: String,
        identity: FileIdentity
    ) throws(LMDBError) {
        let flags = UInt32(MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS)
        try LMDBError.check(
            mdb_env_set_maxdbs(environment, databaseCountMax),
            "mdb_env_set_maxdbs"
        )
        try LMDBError.check(mdb_env_open(environment, path, flags, 0), "mdb_env_open")
        var descriptor: Int32 = -1
        try LMDBError.check(mdb_env_get_fd(environment, &descriptor), "mdb_env_get_fd")
        guard FileIdentity(descriptor: descriptor) == identity
        else { throw LMDBError(ESTALE, "mdb_env_open") }
    }

    /// Opens every named database, so that no later transaction has to.
    private static func openDatabases(
        of environment: OpaquePointer
    ) throws(LMDBError) -> [String: MDB_dbi] {
        var transaction: OpaquePointer?
        try LMDBError.check(
            mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &transaction),
            "mdb_txn_begin"
        )
        do throws(LMDBError) {
            let databases = try openDatabases(in: transaction)
            try LMDBError.check(mdb_txn_commit(transaction), "mdb_txn_commit")
            return databases
        } catch {
            mdb_txn_abort(transaction)
            throw error
        }
    }

    private static func openDatabases(
        in transaction: OpaquePointer?
    ) throws(LMDBError) -> [String: MDB_dbi] {
        var main: MDB_dbi = 0
        try LMDBError.check(mdb_dbi_open(transaction, nil, 0, &main), "mdb_dbi_open")
        var names: [String] = []
        try LMDBCursor.forEach(transaction, main) { key, _ in
            names.append(String(decoding: key, as: UTF8.self))
        }
        var databases: [String: MDB_dbi] = [:]
        for name in names {
            var database: MDB_dbi = 0
            try LMDBError.check(mdb_dbi_open(transaction, name, 0, &database), "mdb_dbi_open")
            databases[name] = database
        }
        return databases
    }

    /// Databases of one file: every entity's, `meta` and `blobs`.
    private static let databaseCountMax = UInt32(SchemaRules.entityCountMax + 2)
}
