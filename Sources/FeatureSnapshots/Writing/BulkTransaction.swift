// SPDX-License-Identifier: Apache-2.0
import CLMDB

/// A write transaction of a bulk load.
///
/// Related documentation: `mdb_put`, `MDB_APPEND`, `MDB_RESERVE` in `lmdb.h`.
struct BulkTransaction {
    let handle: OpaquePointer

    /// Opens or creates a database.
    func database(_ name: String) throws -> MDB_dbi {
        var database: MDB_dbi = 0
        try LMDBError.check(
            mdb_dbi_open(handle, name, UInt32(MDB_CREATE), &database),
            "mdb_dbi_open"
        )
        return database
    }

    /// Appends a value; keys come in ascending order.
    func append(_ key: [UInt8], _ value: [UInt8], to database: MDB_dbi) throws {
        try value.withUnsafeBytes { bytes in
            var value = MDB_val(bytes)
            try put(key, &value, to: database, flags: MDB_APPEND)
        }
    }

    /// Makes room for a value of `size` bytes, to be filled before anything else is written.
    ///
    /// Lifetime: until the next write of the transaction.
    func reserve(
        _ key: String,
        size: Int,
        in database: MDB_dbi
    ) throws -> UnsafeMutableRawBufferPointer {
        var value = MDB_val(mv_size: size, mv_data: nil)
        try put(Array(key.utf8), &value, to: database, flags: MDB_RESERVE | MDB_NOOVERWRITE)
        return UnsafeMutableRawBufferPointer(start: value.mv_data, count: value.mv_size)
    }

    private func put(
        _ key: [UInt8],
        _ value: inout MDB_val,
        to database: MDB_dbi,
        flags: Int32
    ) throws {
        try key.withUnsafeBytes { bytes in
            var key = MDB_val(bytes)
            try LMDBError.check(
                mdb_put(handle, database, &key, &value, UInt32(flags)),
                "mdb_put"
            )
        }
    }
}
