// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The memory of an index: made by a builder, or a mapped file.
package final class SessionIndexStorage: @unchecked Sendable {
    // Sendable: the memory is filled once, by its maker, and immutable afterwards.
    /// The whole index.
    package let bytes: UnsafeRawBufferPointer
    /// The same memory, for the builder to fill before anybody else sees it.
    let base: UnsafeMutableRawPointer
    private let isMapped: Bool

    /// Takes memory for a builder to fill, all zeros.
    init(size: Int) {
        base = .allocate(byteCount: size, alignment: 64)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        bytes = UnsafeRawBufferPointer(start: base, count: size)
        isMapped = false
    }

    /// Maps a file.
    ///
    /// - Throws: `SessionIndexError` with the system's reason.
    package init(mapping path: String) throws(SessionIndexError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure(path) }
        guard status.st_size > 0 else {
            throw SessionIndexError(place: path, "the file is empty")
        }
        let size = Int(status.st_size)
        let memory = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let memory, memory != MAP_FAILED else { throw Self.failure(path) }
        base = memory
        bytes = UnsafeRawBufferPointer(start: memory, count: size)
        isMapped = true
    }

    deinit {
        if isMapped {
            munmap(base, bytes.count)
        } else {
            base.deallocate()
        }
    }

    private static func failure(_ path: String) -> SessionIndexError {
        SessionIndexError(place: path, String(cString: strerror(errno)))
    }
}
