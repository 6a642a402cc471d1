// SPDX-License-Identifier: Apache-2.0
import CLMDB

/// A failed LMDB call.
package struct LMDBError: Error, Hashable, Sendable {
    /// A return code of LMDB: one of its own negative codes, or an `errno`.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: Int32

        package init(rawValue: Int32) { self.rawValue = rawValue }

        /// `MDB_NOTFOUND`
        package static let notFound = Code(rawValue: MDB_NOTFOUND)
        /// `MDB_KEYEXIST`
        package static let keyExists = Code(rawValue: MDB_KEYEXIST)
        /// `MDB_MAP_FULL`
        package static let mapFull = Code(rawValue: MDB_MAP_FULL)
        /// `MDB_CORRUPTED`
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

    /// Matches by code: `catch LMDBError.Code.mapFull`.
    package static func ~= (code: Code, error: LMDBError) -> Bool { error.code == code }
}

extension LMDBError: CustomStringConvertible {
    package var description: String {
        "\(function): \(String(cString: mdb_strerror(code.rawValue))) (\(code.rawValue))"
    }
}
