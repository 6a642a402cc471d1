// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A system call that failed, with what it was asked to do.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, such as `bind to 0.0.0.0:8080`.
    package let action: String
    /// The error number of the call.
    package let code: Int32

    init(_ action: String, code: Int32 = errno) {
        self.action = action
        self.code = code
    }

    /// One line for the operator.
    package var description: String { "\(action): \(String(cString: strerror(code)))" }
}
