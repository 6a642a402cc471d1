// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A folder `.tmp-<uuid>` in a store where a snapshot is put together.
///
/// Its maker holds a `FolderLock` on it, which tells a live one from the leftover of a dead process.
final class StagingFolder {
    /// What the names of staging folders begin with.
    static let prefix = ".tmp-"

    /// The folder.
    let path: String
    private let storePath: String
    private var lock: FolderLock?
    private var isCommitted = false

    /// Sweeps leftovers and makes a new folder, both under the store's lock: a folder is never seen
    /// before it is locked.
    init(inStore storePath: String) throws {
        try FileSystem.makeFolders(storePath)
        let storeLock = try FolderLock(waitingFor: storePath)
        try Self.sweep(storePath)
        self.storePath = storePath
        self.path = storePath + "/" + Self.prefix + UUID().uuidString.lowercased()
        try FileSystem.makeFolder(path)
        self.lock = try FolderLock(waitingFor: path)
        _ = consume storeLock
    }

    deinit { if !isCommitted { try? FileManager.default.removeItem(atPath: path) } }

    /// Gives the finished folder its name, durably; fails when the name is taken.
    func commit(as id: SnapshotID) throws {
        try FileSystem.sync(path)
        try FileSystem.rename(path, to: storePath + "/" + id.text)
        isCommitted = true
        lock = nil
        try FileSystem.sync(storePath)
    }

    /// Removes the staging folders of dead processes; the caller holds the store's lock.
    static func sweep(_ storePath: String) throws {
        for name in try FileSystem.names(in: storePath) where name.hasPrefix(prefix) {
            let path = storePath + "/" + name
            guard let lock = FolderLock(ifFree: path) else { continue }
            try? FileManager.default.removeItem(atPath: path)
            _ = consume lock
        }
    }
}
