// SPDX-License-Identifier: Apache-2.0

/// Where a snapshot that was verified lies, so that another process can map the same file.
package struct SnapshotLocation: Hashable, Sendable, Codable {
    private let dataPath: String
    private let identity: FileIdentity
    private let id: String

    init(dataPath: String, identity: FileIdentity, id: String) {
        self.dataPath = dataPath
        self.identity = identity
        self.id = id
    }

    /// Maps the snapshot.
    ///
    /// Digests and rows are not checked again: they were by the process that made this, and it must be
    /// the very same file.
    ///
    /// - Throws: `SnapshotError` when another file or another snapshot is there now.
    package func open() throws -> FeatureSnapshot {
        let folder = String(dataPath.dropLast(SnapshotFormat.dataFile.utf8.count + 1))
        let manifest = try SnapshotFolder(path: folder).readManifest().manifest
        guard manifest.id.text == id else {
            throw SnapshotError(
                .corrupt,
                "expected \(id), got \(manifest.id.text)",
                subject: folder
            )
        }
        return try FeatureSnapshot(path: dataPath, identity: identity, manifest: manifest)
    }
}
