// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation

@testable import FeatureSnapshots

/// A store in a folder of its own, removed with it.
final class TemporaryStore {
    let store: SnapshotStore
    var directory: String { store.directory }

    init() {
        store = SnapshotStore(
            directory: FileManager.default.temporaryDirectory.path + "/snapshots-\(UUID())"
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Builds a snapshot of a random catalogue.
    @discardableResult
    func build(
        seed: UInt64 = 1,
        rowCount: Int = 40,
        created: Date = Date()
    ) throws -> SnapshotManifest {
        try Catalogue(seed: seed, rowCount: rowCount).build(in: store, created: created)
    }

    func path(_ id: SnapshotID, _ file: String = SnapshotFormat.dataFile) -> String {
        store.path(of: id) + "/" + file
    }

    /// Replaces a file of a snapshot, which is read-only, by a new one.
    func replace(_ id: SnapshotID, _ file: String, with data: Data) throws {
        try FileManager.default.removeItem(atPath: path(id, file))
        try data.write(to: URL(fileURLWithPath: path(id, file)))
    }

    /// Rewrites the manifest so that it vouches for a changed data file.
    func sign(_ manifest: SnapshotManifest) throws {
        let file = try SnapshotManifest.FileSummary(ofFileAt: path(manifest.id))
        let text = String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: manifestPath(manifest.id))),
            as: UTF8.self
        )
        let signed = text.replacing(manifest.files[0].sha256.hex, with: file.sha256.hex)
            .replacing("\"size\" : \(manifest.files[0].size)", with: "\"size\" : \(file.size)")
        try replace(manifest.id, SnapshotFormat.manifestFile, with: Data(signed.utf8))
    }

    func manifestPath(_ id: SnapshotID) -> String { path(id, SnapshotFormat.manifestFile) }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
