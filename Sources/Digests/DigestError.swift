// SPDX-License-Identifier: Apache-2.0

/// Reading the bytes to digest failed.
package struct DigestError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The `errno` that `pread` left.
    package let errorNumber: Int32
    /// The byte offset that could not be read.
    package let offset: Int

    /// One line: where and why.
    package var description: String {
        "reading at byte \(offset) failed: \(errorText(errorNumber))"
    }
}
