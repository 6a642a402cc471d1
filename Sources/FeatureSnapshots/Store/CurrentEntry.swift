// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation

/// The line of `CURRENT`: which snapshot is published, and the digest of its manifest.
struct CurrentEntry: Hashable, Sendable {
    let id: SnapshotID
    let manifestSHA256: SHA256Digest

    /// The file's whole content.
    var line: String { "\(id) \(manifestSHA256)\n" }

    init(id: SnapshotID, manifestSHA256: SHA256Digest) {
        self.id = id
        self.manifestSHA256 = manifestSHA256
    }

    /// Reads a file's content; nil unless it is exactly one such line.
    init?(_ data: Data) {
        let words = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard words.count == 2, let id = SnapshotID(String(words[0])), words[1].hasSuffix("\n"),
            let digest = SHA256Digest(hex: words[1].dropLast())
        else { return nil }
        self.init(id: id, manifestSHA256: digest)
    }

    /// More than any such line has.
    static let fileSizeMax = 256
}
