// SPDX-License-Identifier: Apache-2.0
import CLMDB
import Glibc

/// A failed LMDB call.
package struct LMDBError: Error, Hashable, Sendable {
    /// A return code of LMDB: one of its own negative codes, or an `errno`.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int32

        package init(rawValue: Int32) { self.rawValue = rawValue }

        /// Matches by code: `catch LMDBError.Code.mapFull`.
        package static func ~= (code: Code, error: any Error) -> Bool {
            (error as? LMDBError)?.code == code
        }

        /// `MDB_NOTFOUND`: the key or database does not exist.
        package static let notFound = Code(rawValue: MDB_NOTFOUND)
        /// `MDB_KEYEXIST`: the key exists already.
        package static let keyExists = Code(rawValue: MDB_KEYEXIST)
        /// `MDB_MAP_FULL`: the map has no room for another page.
        package static let mapFull = Code(rawValue: MDB_MAP_FULL)
        /// `EIO`: what LMDB makes of a write that came out short.
        package static let shortWrite = Code(rawValue: EIO)
        /// `MDB_CORRUPTED`: a page is not what it must be.
        package static let corrupted = Code(rawValue: MDB_CORRUPTED)
    }

    /// What the call returned.
    package let code: Code
    /// The C function that was called.
    package let function: String

    init(_ status: Int32, _ function: StaticString) {
        self.code = Code(rawValue: status)
        self.function = "\(function)"
    }

    /// Throws unless `status` is `MDB_SUCCESS`.
    static func check(_ status: Int32, _ function: StaticString) throws(LMDBError) {
        guard status != MDB_SUCCESS else { return }
        throw LMDBError(status, function)
    }
}

extension LMDBError: CustomStringConvertible {
    package var description: String {
        "\(function): \(String(cString: mdb_strerror(code.rawValue))) (\(code.rawValue))"
    }
}
