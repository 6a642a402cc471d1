// SPDX-License-Identifier: Apache-2.0
import CLMDB
import Glibc

/// An LMDB file being filled by one thread, synced once at the end.
///
/// Opened without `MDB_WRITEMAP`: a full disk is then an error of the commit instead of a signal.
///
/// Related documentation: `mdb_env_open`, `mdb_env_set_mapsize` in `lmdb.h`.
final class BulkEnvironment {
    /// Bytes of a page of the file.
    let pageSize: Int
    private let handle: OpaquePointer
    private let path: String

    /// Creates the file.
    init(path: String) throws {
        self.path = path
        (handle, pageSize) = try Self.naming(path) { try Self.open(path) }
    }

    deinit { mdb_env_close(handle) }

    /// Cuts off disk space that was not needed and writes everything to the disk.
    func sync() throws {
        try Self.naming(path) {
            guard ftruncate(try fileDescriptor(), off_t(try usedSize())) == 0
            else { throw SnapshotError.system("ftruncate", path) }
            try LMDBError.check(mdb_env_sync(handle, 1), "mdb_env_sync")
        }
    }

    /// Runs `body` in one transaction that puts one value of `size` bytes, its disk space first.
    ///
    /// - Throws: `SnapshotError` of code `fileSystem` when the disk is full; see `write(size:_:)`.
    func writeValue(size: Int, _ body: (BulkTransaction) throws -> Void) throws {
        try Self.naming(path) { try preallocate(size) }
        try write(size: size, body)
    }

    /// Runs `body` in one transaction whose values and keys take at most `size` bytes.
    ///
    /// - Throws: `SnapshotError` of code `database` naming the file, for a full disk too; what
    ///   `body` throws.
    func write(size: Int, _ body: (BulkTransaction) throws -> Void) throws {
        try Self.naming(path) {
            try makeRoom(for: size)
            var transaction: OpaquePointer?
            try LMDBError.check(mdb_txn_begin(handle, nil, 0, &transaction), "mdb_txn_begin")
            guard let transaction else { throw LMDBError(ENOMEM, "mdb_txn_begin") }
            do {
                try body(BulkTransaction(handle: transaction))
            } catch {
                mdb_txn_abort(transaction)
                throw error
            }
            try LMDBError.check(mdb_txn_commit(transaction), "mdb_txn_commit")
        }
    }

    /// Takes disk space after the last page in use, where LMDB puts new pages.
    ///
    /// Without, LMDB reports a full disk as an input/output error when a write comes out short.
    private func preallocate(_ size: Int) throws {
        let end = off_t(try usedSize())
        let status = posix_fallocate(try fileDescriptor(), end, off_t(size + Self.spareSize))
        guard status == 0 else {
            errno = status
            throw SnapshotError.system("making room for \(size) bytes", path)
        }
    }

    private func fileDescriptor() throws -> Int32 {
        var descriptor: Int32 = -1
        try LMDBError.check(mdb_env_get_fd(handle, &descriptor), "mdb_env_get_fd")
        return descriptor
    }

    /// Bytes of the pages in use.
    private func usedSize() throws -> Int {
        var info = MDB_envinfo()
        try LMDBError.check(mdb_env_info(handle, &info), "mdb_env_info")
        return (info.me_last_pgno + 1) * pageSize
    }

    /// Grows the map so that a transaction cannot meet `MDB_MAP_FULL`.
    ///
    /// The map is address space alone: the file grows by what is written.
    private func makeRoom(for size: Int) throws {
        var info = MDB_envinfo()
        try LMDBError.check(mdb_env_info(handle, &info), "mdb_env_info")
        let wanted = try usedSize() + Self.treeOverhead * size + Self.spareSize
        guard wanted > info.me_mapsize else { return }
        let rounded = (wanted + pageSize - 1) / pageSize * pageSize
        try LMDBError.check(mdb_env_set_mapsize(handle, rounded), "mdb_env_set_mapsize")
    }

    private static func open(_ path: String) throws(LMDBError) -> (OpaquePointer, Int) {
        var handle: OpaquePointer?
        try LMDBError.check(mdb_env_create(&handle), "mdb_env_create")
        guard let handle else { throw LMDBError(ENOMEM, "mdb_env_create") }
        do throws(LMDBError) {
            return (handle, try open(handle, path: path))
        } catch {
            mdb_env_close(handle)
            throw error
        }
    }

    /// Opens the file and returns its page size.
    private static func open(_ handle: OpaquePointer, path: String) throws(LMDBError) -> Int {
        let flags = UInt32(MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOSYNC)
        let databaseCount = UInt32(SchemaRules.entityCountMax + 2)
        try LMDBError.check(mdb_env_set_maxdbs(handle, databaseCount), "mdb_env_set_maxdbs")
        try LMDBError.check(mdb_env_set_mapsize(handle, spareSize), "mdb_env_set_mapsize")
        try LMDBError.check(mdb_env_open(handle, path, flags, 0o644), "mdb_env_open")
        var status = MDB_stat()
        try LMDBError.check(mdb_env_stat(handle, &status), "mdb_env_stat")
        return Int(status.ms_psize)
    }

    /// Gives an LMDB error the name of the file.
    private static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result
    {
        do {
            return try body()
        } catch LMDBError.Code.shortWrite {
            throw SnapshotError(
                .fileSystem,
                "a write came out short: is the disk full?",
                subject: path
            )
        } catch let error as LMDBError {
            throw SnapshotError(.database, "\(error)", subject: path)
        }
    }

    /// Bytes LMDB adds to a key: the node, its pointer and the row number.
    static let nodeSizeMax = 16

    /// Full leaves of the largest keys plus the branches above them stay below twice the data.
    private static let treeOverhead = 2

    /// Room for the pages every commit writes: the roots and the free list; more than 16 pages of
    /// the largest size.
    private static let spareSize = 1 << 20
}
