// SPDX-License-Identifier: Apache-2.0
import Digests

/// A plugin's file, copied, hashed and inspected, none of its code run.
///
/// What runs only in worker processes is never loaded into this one: its file is all that is needed.
package final class PluginFile: Sendable {
    /// What was read of the file.
    package let inspection: PluginInspection

    let sealed: SealedFile

    /// Copies and checks the file at `path`.
    ///
    /// - Throws: `PluginError`; `hashMismatch` when the file is not the expected one, and every
    ///   reason why it could not be loaded that can be told without loading it.
    package convenience init(
        path: String,
        expecting digest: SHA256Digest?
    ) throws(PluginError) {
        try self.init(SealedFile(copying: path), expecting: digest)
    }

    init(_ file: SealedFile, expecting digest: SHA256Digest?) throws(PluginError) {
        try file.requireDigest(digest)
        inspection = try file.inspect()
        try inspection.requireLoadable()
        sealed = file
    }
}
