// SPDX-License-Identifier: Apache-2.0
import CLMDB
import Glibc

/// A failed LMDB call.
package struct LMDBError: Error, Hashable, Sendable {
    /// A return code of LMDB: one of its own negative codes, or an `errno`.
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The code.
        package let rawValue: Int32

        /// Wraps a code.
        package init(rawValue: Int32) { self.rawValue = rawValue }

        /// Matches by code: `catch LMDBError.Code.shortWrite`.
        package static func ~= (code: Code, error: any Error) -> Bool {
            (error as? LMDBError)?.code == code
        }

        /// `EIO`: what LMDB makes of a write that came out short.
        package static let shortWrite = Code(rawValue: EIO)
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
    /// One line: the C function, LMDB's text and the code.
    package var description: String {
        "\(function): \(String(cString: mdb_strerror(code.rawValue))) (\(code.rawValue))"
    }
}
