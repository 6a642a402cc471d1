// SPDX-License-Identifier: Apache-2.0
import Digests
import FeatureSnapshots
import Foundation

/// A small snapshot whose files can be replaced by damaged ones, in a folder of its own.
package final class SnapshotMutant {
    /// In a manifest, what stands for the size and digest of the data file beside it.
    package static let sizeMark = "@size@"
    /// In a manifest, what stands for the digest of the data file.
    package static let digestMark = "@sha256@"

    /// The sound data file.
    package let data: [UInt8]
    /// The sound manifest, with marks for what depends on the data file.
    package let manifest: String

    private let store: SnapshotStore
    private let id: SnapshotID

    /// Builds the snapshot.
    ///
    /// - Throws: what the writer throws.
    package init() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/mutant-\(UUID())"
        store = SnapshotStore(directory: folder)
        let built = try MutantSource.build(in: store)
        id = built.id
        let path = folder + "/" + built.id.text
        data = Array(try Data(contentsOf: URL(fileURLWithPath: path + "/data.mdb")))
        let text = try String(contentsOfFile: path + "/manifest.json", encoding: .utf8)
        manifest = text.replacing("\"size\" : \(data.count)", with: "\"size\" : \(Self.sizeMark)")
            .replacing(built.files[0].sha256.hex, with: Self.digestMark)
    }

    deinit { try? FileManager.default.removeItem(atPath: store.directory) }

    /// Verifies and opens the snapshot with these files, the manifest's marks filled in.
    ///
    /// - Throws: `SnapshotError` when the files are refused.
    package func open(data: [UInt8], manifest: [UInt8]) throws -> FeatureSnapshot {
        let digest = data.withUnsafeBytes { SHA256Digest(of: $0) }
        let signed = Data(manifest).replacing(Self.digestMark, with: digest.hex)
            .replacing(Self.sizeMark, with: "\(data.count)")
        try replace("data.mdb", with: Data(data))
        try replace("manifest.json", with: signed)
        return try store.open(id)
    }

    /// A new file each time: the store keeps its own read-only, and LMDB knows files by inode.
    private func replace(_ name: String, with content: Data) throws {
        let path = store.directory + "/" + id.text + "/" + name
        try FileManager.default.removeItem(atPath: path)
        try content.write(to: URL(fileURLWithPath: path))
    }
}

extension Data {
    /// A copy with every occurrence of a text replaced; the rest need not be UTF-8.
    fileprivate func replacing(_ text: String, with replacement: String) -> Data {
        var copy = self
        var start = copy.startIndex
        while let range = copy.range(of: Data(text.utf8), in: start..<copy.endIndex) {
            copy.replaceSubrange(range, with: Data(replacement.utf8))
            start = range.lowerBound + replacement.utf8.count
        }
        return copy
    }
}
