// SPDX-License-Identifier: Apache-2.0
import CLMDB
import Glibc

/// A read transaction: one unchanging view of the file.
///
/// Lifetime: every pointer it returned is valid until it ends. Concurrency: one thread at a time.
///
/// Related documentation: `mdb_txn_begin`, `mdb_get` in `lmdb.h`.
struct ReadTransaction: ~Copyable {
    let environment: LMDBEnvironment
    private let handle: OpaquePointer

    init(_ environment: LMDBEnvironment) throws(LMDBError) {
        var handle: OpaquePointer?
        try LMDBError.check(
            mdb_txn_begin(environment.handle.pointer, nil, UInt32(MDB_RDONLY), &handle),
            "mdb_txn_begin"
        )
        guard let handle else { throw LMDBError(ENOMEM, "mdb_txn_begin") }
        self.environment = environment
        self.handle = handle
    }

    deinit { mdb_txn_abort(handle) }

    /// The value of `key`, read in place; nil when there is none.
    ///
    /// Complexity: one descent of the tree, no allocation.
    func value(
        of key: UnsafeRawBufferPointer,
        in database: MDB_dbi
    ) throws(LMDBError) -> UnsafeRawBufferPointer? {
        guard (1...SnapshotFormat.keySizeMax).contains(key.count) else { return nil }
        var key = MDB_val(
            mv_size: key.count,
            mv_data: UnsafeMutableRawPointer(mutating: key.baseAddress)
        )
        var value = MDB_val()
        let status = mdb_get(handle, database, &key, &value)
        if status == MDB_NOTFOUND { return nil }
        try LMDBError.check(status, "mdb_get")
        return UnsafeRawBufferPointer(value)
    }

    /// Calls `body` with every key and value, in key order.
    func forEach(
        in database: MDB_dbi,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
    ) throws(LMDBError) {
        try LMDBCursor.forEach(handle, database, body)
    }
}

/// A walk over a database.
enum LMDBCursor {
    static func forEach(
        _ transaction: OpaquePointer?,
        _ database: MDB_dbi,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
    ) throws(LMDBError) {
        var cursor: OpaquePointer?
        try LMDBError.check(mdb_cursor_open(transaction, database, &cursor), "mdb_cursor_open")
        defer { mdb_cursor_close(cursor) }
        var key = MDB_val()
        var value = MDB_val()
        while true {
            let status = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
            if status == MDB_NOTFOUND { return }
            try LMDBError.check(status, "mdb_cursor_get")
            body(UnsafeRawBufferPointer(key), UnsafeRawBufferPointer(value))
        }
    }
}

extension UnsafeRawBufferPointer {
    init(_ value: MDB_val) {
        self.init(start: value.mv_data, count: value.mv_size)
    }
}

extension MDB_val {
    /// Borrows bytes; LMDB does not write to what it is given.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(
            mv_size: bytes.count,
            mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        )
    }
}
