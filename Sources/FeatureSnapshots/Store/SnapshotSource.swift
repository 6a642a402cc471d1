// SPDX-License-Identifier: Apache-2.0
import Digests

/// What a snapshot was built from.
package struct SnapshotSource: Codable, Hashable, Sendable {
    /// The input's file name.
    package let file: String
    /// Digest of the input as it was read.
    package let sha256: SHA256Digest?
    /// Input rows read.
    package let rowsRead: Int
    /// Input rows that made it into features.
    package let rowsUsed: Int
    /// Input rows left out, by reason.
    package let rowsDropped: [String: Int]

    /// Describes the input.
    package init(
        file: String,
        sha256: SHA256Digest? = nil,
        rowsRead: Int,
        rowsUsed: Int,
        rowsDropped: [String: Int] = [:]
    ) {
        self.file = file
        self.sha256 = sha256
        self.rowsRead = rowsRead
        self.rowsUsed = rowsUsed
        self.rowsDropped = rowsDropped
    }
}
