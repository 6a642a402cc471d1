// SPDX-License-Identifier: Apache-2.0
import Digests
import FeatureSnapshots
import Foundation

/// A copy of a store's published snapshot with damaged data, published as a broken copy over the
/// network or a failing disk would leave it: entry and manifest are sound, the data is not.
struct DamagedSnapshot: Hashable, Sendable {
    /// Names that are tried for the copy, a second later each: a store has a handful of snapshots.
    private static let namesMaximum = 1_000
    /// Bytes that are turned over, in the middle of the data: enough for any digest of it.
    private static let damagedByteCount = 16

    private let store: URL
    /// The published snapshot.
    let original: SnapshotID
    /// Its damaged copy.
    let id: SnapshotID
    private let entryBefore: Data
    private let entryAfter: Data

    /// Whether there is a snapshot to damage a copy of.
    static func check(store: String) throws(ChaosError) {
        _ = try published(in: store)
    }

    /// Makes the damaged copy and names it the current snapshot.
    init(publishedIn directory: String) throws(ChaosError) {
        original = try Self.published(in: directory)
        store = URL(filePath: directory)
        do {
            id = try Self.unusedID(after: original, store)
            entryBefore = try Data(contentsOf: Self.entry(store))
            let copy = store.appending(path: id.text)
            try FileManager.default.copyItem(at: store.appending(path: original.text), to: copy)
            let manifest = try Self.rename(original, to: id, in: copy)
            try Self.damage(copy.appending(path: "data.mdb"))
            let digest = manifest.withUnsafeBytes { SHA256Digest(of: $0) }
            entryAfter = Data("\(id) \(digest.hex)\n".utf8)
            try entryAfter.write(to: Self.entry(store), options: .atomic)
        } catch {
            throw ChaosError("\(directory): \(error.localizedDescription)")
        }
    }

    /// Publishes the sound snapshot again, unless somebody published meanwhile, and removes the copy.
    func remove() throws(ChaosError) {
        do {
            if try Data(contentsOf: Self.entry(store)) == entryAfter {
                try entryBefore.write(to: Self.entry(store), options: .atomic)
            }
            try FileManager.default.removeItem(at: store.appending(path: id.text))
        } catch {
            throw ChaosError("\(store.path): \(error.localizedDescription)")
        }
    }

    private static func published(in directory: String) throws(ChaosError) -> SnapshotID {
        let current = try? SnapshotStore(directory: directory).current()
        guard let current else { throw ChaosError("\(directory): no snapshot is published") }
        return current
    }

    private static func entry(_ store: URL) -> URL { store.appending(path: "CURRENT") }

    /// The first name after the original's that is not taken, with the original's digits.
    private static func unusedID(after original: SnapshotID, _ store: URL) throws -> SnapshotID {
        let parts = original.text.split(separator: "-")
        let digits = parts[0].filter(\.isNumber)
        for offset in 1...namesMaximum {
            guard let number = Int(digits) else { break }
            let time = "\(number + offset)"
            let name = "\(time.prefix(8))T\(time.dropFirst(8))-\(parts[1])"
            guard let id = SnapshotID(name),
                !FileManager.default.fileExists(atPath: store.appending(path: name).path)
            else { continue }
            return id
        }
        throw ChaosError("no name is free for a copy of \(original)")
    }

    /// Gives the copy's manifest the copy's name: what is refused is the data alone.
    private static func rename(_ original: SnapshotID, to id: SnapshotID, in copy: URL) throws
        -> Data
    {
        let path = copy.appending(path: "manifest.json")
        let text = try String(contentsOf: path, encoding: .utf8)
        let manifest = Data(text.replacing(original.text, with: id.text).utf8)
        try manifest.write(to: path, options: .atomic)
        return manifest
    }

    private static func damage(_ path: URL) throws {
        let file = try FileHandle(forUpdating: path)
        defer { try? file.close() }
        let middle = try file.seekToEnd() / 2
        try file.seek(toOffset: middle)
        let bytes = try file.read(upToCount: damagedByteCount) ?? Data()
        try file.seek(toOffset: middle)
        try file.write(contentsOf: Data(bytes.map { ~$0 }))
        try file.synchronize()
    }
}
