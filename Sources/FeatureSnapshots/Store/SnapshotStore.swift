// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation

/// A folder of snapshots: `<id>/data.mdb`, `<id>/manifest.json`, `CURRENT`, `HISTORY`, `.tmp-*`.
///
/// Safe against being killed at any moment: every change becomes visible by one rename.
package struct SnapshotStore: Sendable {
    /// The folder.
    package let directory: String

    /// A store in `directory`, which is made when the first snapshot is.
    package init(directory: String) { self.directory = directory }

    /// The published snapshot's id; nil when nothing was published.
    ///
    /// - Throws: `SnapshotError` of code `malformed` when `CURRENT` is damaged.
    package func current() throws -> SnapshotID? {
        try currentEntry()?.id
    }

    /// The ids of all complete snapshots, oldest first.
    package func ids() throws -> [SnapshotID] {
        guard FileManager.default.fileExists(atPath: directory) else { return [] }
        return try FileSystem.names(in: directory).compactMap { SnapshotID($0) }
    }

    /// The manifests of all snapshots, oldest first.
    package func list() throws -> [SnapshotManifest] {
        try ids().map { try SnapshotFolder(path: path(of: $0)).readManifest().manifest }
    }

    /// Verifies and opens the published snapshot, reading no more bytes a second than given.
    ///
    /// - Throws: `SnapshotError`: `notFound` when nothing is published; see `verify(folder:)`.
    package func openCurrent(bytesPerSecond: Int? = nil) throws -> FeatureSnapshot {
        guard let entry = try currentEntry() else {
            throw SnapshotError(.notFound, "no snapshot is published", subject: currentPath)
        }
        return try SnapshotFolder(path: path(of: entry.id))
            .verifyAndOpen(
                id: entry.id,
                manifestSHA256: entry.manifestSHA256,
                SnapshotLoad(bytesPerSecond: bytesPerSecond)
            )
    }

    /// Verifies and opens a snapshot of the store, reading no more bytes a second than given.
    package func open(_ id: SnapshotID, bytesPerSecond: Int? = nil) throws -> FeatureSnapshot {
        try SnapshotFolder(path: path(of: id))
            .verifyAndOpen(id: id, SnapshotLoad(bytesPerSecond: bytesPerSecond))
    }

    /// Checks a snapshot's folder anywhere: manifest, sizes, digests, structure, golden rows.
    ///
    /// - Throws: `SnapshotError` naming the file and field, what was expected and what was found.
    package func verify(folder: String) throws -> SnapshotManifest {
        try SnapshotFolder(path: folder).verifyAndOpen().manifest
    }

    /// A cheap stamp of `CURRENT` that changes with every publication; nil when there is none.
    package func currentToken() -> CurrentToken? { CurrentToken(path: currentPath) }

    func path(of id: SnapshotID) -> String { directory + "/" + id.text }

    /// The id for data built at `created`; the second moves on while the name is taken.
    func unusedID(created: Date, sha256: SHA256Digest) -> SnapshotID {
        var created = created
        while true {
            let time = created.formatted(.iso8601).filter { !"-:Z".contains($0) }
            guard let id = SnapshotID("\(time)-\(sha256.hex.prefix(8))") else {
                preconditionFailure("the year has more than four digits")
            }
            if !FileManager.default.fileExists(atPath: path(of: id)) { return id }
            created += 1
        }
    }
}
