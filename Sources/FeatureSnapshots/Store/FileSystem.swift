// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// The few durable file operations a store needs; every error names the call and the path.
enum FileSystem {
    /// Opens a file or folder, closed when `body` returns.
    static func withDescriptor<Result>(
        _ path: String,
        _ flags: Int32,
        mode: mode_t = 0,
        _ body: (Int32) throws -> Result
    ) throws -> Result {
        let descriptor = open(path, flags | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw SnapshotError.system("open", path) }
        defer { close(descriptor) }
        return try body(descriptor)
    }

    /// Reads a whole file of at most `sizeMax` bytes.
    static func read(_ path: String, sizeMax: Int) throws -> Data {
        try withDescriptor(path, O_RDONLY) { descriptor in
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
            let data = try file.read(upToCount: sizeMax + 1) ?? Data()
            guard data.count <= sizeMax else {
                throw SnapshotError(
                    .malformed,
                    "the file is larger than \(sizeMax) bytes",
                    subject: path
                )
            }
            return data
        }
    }

    /// Writes a file and waits until it is on disk.
    static func write(_ data: Data, to path: String, flags: Int32, mode: mode_t = 0o644) throws {
        try withDescriptor(path, O_WRONLY | O_CREAT | flags, mode: mode) { descriptor in
            try data.withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
            guard fsync(descriptor) == 0 else { throw SnapshotError.system("fsync", path) }
        }
    }

    /// Waits until a file or the names in a folder are on disk.
    static func sync(_ path: String) throws {
        try withDescriptor(path, O_RDONLY) { descriptor in
            guard fsync(descriptor) == 0 else { throw SnapshotError.system("fsync", path) }
        }
    }

    /// Replaces or moves a file or folder.
    static func rename(_ path: String, to target: String) throws {
        guard Glibc.rename(path, target) == 0 else { throw SnapshotError.system("rename", path) }
    }

    /// Takes write permission away: a published file is never written again.
    static func makeReadOnly(_ path: String) throws {
        guard chmod(path, 0o444) == 0 else { throw SnapshotError.system("chmod", path) }
    }

    /// Creates a folder and those above it, unless they are there.
    static func makeFolders(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true
            )
        } catch {
            throw SnapshotError(.fileSystem, "the folder cannot be made", subject: path)
        }
    }

    /// Creates a folder.
    static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o755) == 0 else { throw SnapshotError.system("mkdir", path) }
    }

    /// The names in a folder, sorted.
    static func names(in path: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw SnapshotError(.fileSystem, "the folder cannot be listed", subject: path)
        }
    }

    private static func writeAll(
        _ bytes: UnsafeRawBufferPointer,
        to descriptor: Int32,
        path: String
    ) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SnapshotError.system("write", path) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}

extension SnapshotError {
    /// A system call failed; call at once, while `errno` is its.
    static func system(_ function: String, _ path: String) -> SnapshotError {
        let number = errno
        let text = strerror(number).map { String(cString: $0) } ?? "error \(number)"
        return SnapshotError(
            number == ENOENT ? .notFound : .fileSystem,
            "\(function): \(text)",
            subject: path
        )
    }
}
