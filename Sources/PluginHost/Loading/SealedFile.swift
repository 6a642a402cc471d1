// SPDX-License-Identifier: Apache-2.0
import CLinux
import Digests
import Glibc

/// A private copy of a plugin file that nobody can change any more.
///
/// The digest, the inspection and the dynamic loader all read this copy, so the bytes that were
/// checked are the bytes that run, whatever happens to the path or to the file behind it meanwhile;
/// overwriting a mapped plugin in place cannot crash the gateway either. The copy is a sealed
/// memory file whose descriptor stays open while the plugin is loaded: the loader knows an image
/// by its name `/proc/self/fd/N`, and a descriptor that is never reused keeps that name unique.
///
/// A consequence: `$ORIGIN` in the plugin's RUNPATH leads nowhere. That is wanted: a library beside
/// the plugin is covered by no hash.
final class SealedFile: Sendable {
    let path: String
    let digest: SHA256Digest
    let descriptor: Int32
    private let size: Int

    /// Copies and seals the regular file at `path`.
    ///
    /// - Throws: `missingFile`, `unreadableFile`, `notRegularFile` or `fileTooLarge`.
    init(copying path: String) throws(PluginError) {
        let source = try Self.openRegularFile(path)
        defer { close(source.descriptor) }
        let copy = linux_memory_file_create("sluice-plugin")
        guard copy >= 0 else { throw Self.unreadable(path, "cannot make a memory file") }
        do throws(PluginError) {
            size = try Self.copyAll(from: source.descriptor, to: copy, sizeMax: source.size, path)
            guard linux_memory_file_seal(copy) == 0 else {
                throw Self.unreadable(path, "cannot seal the copy")
            }
            digest = try Self.digest(of: copy, path)
        } catch {
            close(copy)
            throw error
        }
        descriptor = copy
        self.path = path
    }

    /// The sealed copy behind a descriptor, which this object owns from now on.
    ///
    /// - Throws: `unreadableFile`.
    init(adopting descriptor: Int32, path: String) throws(PluginError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw Self.unreadable(path, "cannot read the copy's status")
        }
        self.descriptor = descriptor
        self.path = path
        size = Int(status.st_size)
        digest = try Self.digest(of: descriptor, path)
    }

    deinit { close(descriptor) }

    /// The name under which the dynamic loader opens exactly these bytes.
    var loaderPath: String { "/proc/self/fd/\(descriptor)" }

    /// Throws unless the file is the one that was asked for.
    func requireDigest(_ expected: SHA256Digest?) throws(PluginError) {
        guard let expected, expected != digest else { return }
        throw PluginError(
            .hashMismatch,
            path,
            "SHA-256 is \(digest.hex), expected \(expected.hex)"
        )
    }

    func inspect() throws(PluginError) -> PluginInspection {
        guard size > 0 else { throw PluginError(.notELF, path, "the file is empty") }
        guard let map = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), map != MAP_FAILED
        else { throw Self.unreadable(path, "cannot map the copy") }
        defer { munmap(map, size) }
        let bytes = UnsafeRawBufferPointer(start: map, count: size)
        return try PluginInspection(bytes: bytes, digest: digest, path: path)
    }

    private static func openRegularFile(
        _ path: String
    ) throws(PluginError) -> (descriptor: Int32, size: Int) {
        // Non-blocking, so that a FIFO in place of a file cannot hang the gateway.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? PluginError(.missingFile, path, "no such file") : unreadable(path, "cannot open")
        }
        var status = stat()
        let failure: PluginError? =
            if fstat(descriptor, &status) != 0 {
                unreadable(path, "cannot read the file's status")
            } else if status.st_mode & S_IFMT != S_IFREG {
                PluginError(.notRegularFile, path, "not a regular file")
            } else if status.st_size > Limits.pluginFileBytesMax {
                PluginError(
                    .fileTooLarge,
                    path,
                    "\(status.st_size) bytes, at most \(Limits.pluginFileBytesMax) are read"
                )
            } else {
                nil
            }
        if let failure {
            close(descriptor)
            throw failure
        }
        return (descriptor, Int(status.st_size))
    }

    private static func copyAll(
        from source: Int32,
        to target: Int32,
        sizeMax: Int,
        _ path: String
    ) throws(PluginError) -> Int {
        var copied = 0
        while copied < sizeMax {
            let count = sendfile(target, source, nil, sizeMax - copied)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path, "cannot read") }
            guard count > 0 else { break }
            copied += count
        }
        return copied
    }

    private static func digest(of descriptor: Int32, _ path: String) throws(PluginError)
        -> SHA256Digest
    {
        do { return try SHA256Digest(ofFileDescriptor: descriptor) } catch {
            throw PluginError(.unreadableFile, path, "cannot compute SHA-256: \(error)")
        }
    }

    private static func unreadable(_ path: String, _ what: String) -> PluginError {
        PluginError(.unreadableFile, path, "\(what): \(String(cString: strerror(errno)))")
    }
}
