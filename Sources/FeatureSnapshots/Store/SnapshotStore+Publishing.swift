// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import Glibc

extension SnapshotStore {
    /// Verifies a snapshot of the store and makes it the published one.
    ///
    /// - Throws: `SnapshotError`; the published snapshot is then the same as before.
    package func publish(_ id: SnapshotID) throws {
        try setCurrent(try verified(id), recordingPrevious: true)
    }

    /// Publishes the snapshot that was published before the current one.
    ///
    /// - Throws: `SnapshotError` of code `notFound` when there is no earlier generation.
    package func rollback() throws -> SnapshotID {
        guard let current = try current() else {
            throw SnapshotError(.notFound, "no snapshot is published", subject: currentPath)
        }
        let known = Set(try ids())
        guard let previous = try history().previous(of: current, among: known) else {
            throw SnapshotError(
                .notFound,
                "there is no generation before \(current)",
                subject: historyPath
            )
        }
        try setCurrent(try verified(previous), recordingPrevious: false)
        return previous
    }

    /// Copies a snapshot's folder into the store, verified, unpublished.
    ///
    /// - Throws: `SnapshotError`, also when the store has a snapshot of that id.
    package func importSnapshot(from folder: String) throws -> SnapshotID {
        let manifest = try verify(folder: folder)
        guard !FileManager.default.fileExists(atPath: path(of: manifest.id)) else {
            throw SnapshotError(
                .invalidInput,
                "the store has this snapshot already",
                subject: path(of: manifest.id)
            )
        }
        let staging = try StagingFolder(inStore: directory)
        for name in [SnapshotFormat.dataFile, SnapshotFormat.manifestFile] {
            let target = staging.path + "/" + name
            do {
                try FileManager.default.copyItem(atPath: folder + "/" + name, toPath: target)
            } catch {
                throw SnapshotError(.fileSystem, "copying failed: \(error)", subject: target)
            }
            try FileSystem.makeReadOnly(target)
            try FileSystem.sync(target)
        }
        _ = try SnapshotFolder(path: staging.path).verifyAndOpen()
        try staging.commit(as: manifest.id)
        return manifest.id
    }

    /// Removes all snapshots but the published one, the generations before it, up to `keep` in all,
    /// and those built after it.
    package func collectGarbage(keep: Int) throws {
        let lock = try FolderLock(waitingFor: directory)
        let ids = try ids()
        let kept = try generations(among: Set(ids)).prefix(max(keep, 1))
        guard let current = kept.first else { return }
        for id in ids where id <= current && !kept.contains(id) { try remove(id) }
        try StagingFolder.sweep(directory)
        _ = consume lock
    }

    var currentPath: String { directory + "/CURRENT" }

    var historyPath: String { directory + "/HISTORY" }

    func currentEntry() throws -> CurrentEntry? {
        guard FileManager.default.fileExists(atPath: currentPath) else { return nil }
        let data = try FileSystem.read(currentPath, sizeMax: CurrentEntry.fileSizeMax)
        if let entry = CurrentEntry(data) { return entry }
        throw SnapshotError(
            .malformed,
            "expected one line: a snapshot id and a SHA-256",
            subject: currentPath
        )
    }

    func history() throws -> PublicationHistory {
        guard FileManager.default.fileExists(atPath: historyPath) else { return .init("") }
        let data = try FileSystem.read(historyPath, sizeMax: PublicationHistory.fileSizeMax)
        return PublicationHistory(String(decoding: data, as: UTF8.self))
    }

    /// Verifies a snapshot; the entry holds the digest of the manifest that was verified.
    private func verified(_ id: SnapshotID) throws -> CurrentEntry {
        let folder = SnapshotFolder(path: path(of: id))
        let sha256 = try folder.readManifest().sha256
        _ = try folder.verifyAndOpen(id: id, manifestSHA256: sha256)
        return CurrentEntry(id: id, manifestSHA256: sha256)
    }

    /// The journal is written first: a line for a publication that did not happen is harmless.
    private func setCurrent(_ entry: CurrentEntry, recordingPrevious: Bool) throws {
        let lock = try FolderLock(waitingFor: directory)
        let previous = try? current()
        if recordingPrevious && previous != entry.id { try append(entry.id, after: previous) }
        try FileSystem.write(Data(entry.line.utf8), to: currentPath + ".new", flags: O_TRUNC)
        try FileSystem.rename(currentPath + ".new", to: currentPath)
        try FileSystem.sync(directory)
        _ = consume lock
    }

    private func append(_ id: SnapshotID, after previous: SnapshotID?) throws {
        let line = PublicationHistory.line(id, after: previous)
        try FileSystem.write(Data(line.utf8), to: historyPath, flags: O_APPEND)
    }

    private func generations(among known: Set<SnapshotID>) throws -> [SnapshotID] {
        guard let current = try current() else { return [] }
        let history = try history()
        var generations = [current]
        while let last = generations.last, let next = history.previous(of: last, among: known),
            !generations.contains(next)
        { generations.append(next) }
        return generations
    }

    /// Renamed first, so that a half-removed folder never looks like a snapshot.
    private func remove(_ id: SnapshotID) throws {
        let grave = directory + "/" + StagingFolder.prefix + id.text
        try FileSystem.rename(path(of: id), to: grave)
        try? FileManager.default.removeItem(atPath: grave)
    }
}
