// SPDX-License-Identifier: Apache-2.0
import Digests
import Foundation
import Glibc

/// The folder of one snapshot and the checks it must pass before it is mapped.
struct SnapshotFolder {
    let path: String

    private var dataPath: String { path + "/" + SnapshotFormat.dataFile }
    private var manifestPath: String { path + "/" + SnapshotFormat.manifestFile }

    /// Reads and checks the manifest alone.
    func readManifest() throws -> (manifest: SnapshotManifest, sha256: SHA256Digest) {
        let data = try FileSystem.read(manifestPath, sizeMax: SnapshotFormat.manifestSizeMax)
        let manifest = try SnapshotJSON.decode(
            SnapshotManifest.self,
            from: data,
            file: manifestPath
        )
        try manifest.validate(file: manifestPath)
        return (manifest, data.withUnsafeBytes { SHA256Digest(of: $0) })
    }

    /// Checks everything, then maps the snapshot.
    ///
    /// - Parameters:
    ///   - id: the id the manifest must have, if known.
    ///   - manifestSHA256: the digest the manifest must have, if known.
    ///   - load: how fast to read.
    /// - Returns: the mapped snapshot, in memory.
    /// - Throws: `SnapshotError` naming the file and field.
    func verifyAndOpen(
        id: SnapshotID? = nil,
        manifestSHA256: SHA256Digest? = nil,
        _ load: SnapshotLoad = SnapshotLoad(bytesPerSecond: nil)
    ) throws -> FeatureSnapshot {
        let (manifest, sha256) = try readManifest()
        try expect(id ?? manifest.id, manifest.id, ":id")
        try expect(manifestSHA256 ?? sha256, sha256, "")
        let snapshot = try open(manifest, load)
        try GoldenRow.check(manifest.goldenRows, in: snapshot, file: dataPath)
        return snapshot
    }

    /// Checks the data file against a manifest, then maps it and brings it into memory.
    func open(
        _ manifest: SnapshotManifest,
        _ load: SnapshotLoad = SnapshotLoad(bytesPerSecond: nil)
    ) throws -> FeatureSnapshot {
        let identity = try FileSystem.withDescriptor(dataPath, O_RDONLY) { descriptor in
            try manifest.files[0].check(descriptor, path: dataPath, load)
        }
        let snapshot = try FeatureSnapshot(path: dataPath, identity: identity, manifest: manifest)
        snapshot.prefault(load)
        try SnapshotAudit(snapshot, file: dataPath).run()
        return snapshot
    }

    private func expect<Value: Equatable>(
        _ wanted: Value,
        _ found: Value,
        _ field: String
    ) throws {
        guard wanted != found else { return }
        throw SnapshotError(
            .corrupt,
            "expected \(wanted), got \(found)",
            subject: manifestPath + field
        )
    }
}

extension SnapshotManifest.FileSummary {
    /// Measures and digests a file.
    init(ofFileAt path: String) throws {
        self = try FileSystem.withDescriptor(path, O_RDONLY) { descriptor in
            guard let identity = FileIdentity(descriptor: descriptor)
            else { throw SnapshotError.system("fstat", path) }
            return SnapshotManifest.FileSummary(
                name: SnapshotFormat.dataFile,
                size: identity.size,
                sha256: try Self.digest(
                    descriptor,
                    path: path,
                    SnapshotLoad(bytesPerSecond: nil)
                )
            )
        }
    }

    /// Checks an open file against the summary; returns which file it is.
    fileprivate func check(
        _ descriptor: Int32,
        path: String,
        _ load: SnapshotLoad
    ) throws -> FileIdentity {
        guard let identity = FileIdentity(descriptor: descriptor)
        else { throw SnapshotError.system("fstat", path) }
        guard identity.size == size else {
            throw SnapshotError(
                .corrupt,
                "expected \(size) bytes, got \(identity.size)",
                subject: path
            )
        }
        let found = try Self.digest(descriptor, path: path, load)
        guard found == sha256 else {
            throw SnapshotError(
                .corrupt,
                "expected SHA-256 \(sha256), got \(found)",
                subject: path
            )
        }
        var check = LMDBFileCheck(descriptor: descriptor, size: size, path: path)
        try check.run()
        return identity
    }

    private static func digest(
        _ descriptor: Int32,
        path: String,
        _ load: SnapshotLoad
    ) throws -> SHA256Digest {
        do {
            return try SHA256Digest(ofFileDescriptor: descriptor, afterRead: load.didRead)
        } catch {
            throw SnapshotError(.fileSystem, "\(error)", subject: path)
        }
    }
}
