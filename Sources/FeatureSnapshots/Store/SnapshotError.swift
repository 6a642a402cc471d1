// SPDX-License-Identifier: Apache-2.0

/// Why a snapshot could not be built, published, verified or opened.
package struct SnapshotError: Error, Hashable, Sendable {
    /// The kind of failure.
    package enum Code: String, Hashable, Sendable {
        /// The schema breaks a bound or a naming rule.
        case invalidSchema = "invalid_schema"
        /// The writer was given keys, rows or values it must refuse.
        case invalidInput = "invalid_input"
        /// A file is missing.
        case notFound = "not_found"
        /// A system call failed.
        case fileSystem = "file_system"
        /// LMDB refused.
        case database
        /// A manifest or `CURRENT` does not parse, or is of another format version.
        case malformed
        /// What is in a file is not what its manifest says.
        case corrupt
    }

    /// The kind of failure.
    package let code: Code
    /// One line: what was expected and what was found.
    package let message: String
    /// The file, with the field or key at fault after a colon.
    package let subject: String

    /// Makes an error; `subject` is a file with a place in it.
    package init(_ code: Code, _ message: String, subject: String) {
        self.code = code
        self.message = message
        self.subject = subject
    }
}

extension SnapshotError: CustomStringConvertible {
    /// One line: `subject: message`.
    package var description: String { "\(subject): \(message)" }
}
