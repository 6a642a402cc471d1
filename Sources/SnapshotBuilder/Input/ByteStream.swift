// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The bytes of an input file in order, inflated when the file begins with gzip's magic bytes.
final class ByteStream {
    static let gzipMagic: [UInt8] = [0x1f, 0x8b]

    let path: String
    /// Bytes of the file itself, compressed or not.
    let size: Int
    /// Bytes of the file read so far.
    private(set) var bytesRead = 0

    private let descriptor: Int32
    private let compressed: UnsafeMutableRawBufferPointer
    private var pending: Range<Int> = 0..<0
    private var inflater: GzipInflater?

    init(path: String) throws {
        self.path = path
        descriptor = try Self.open(path)
        compressed = .allocate(byteCount: Limits.readBytes, alignment: 16)
        size = Self.size(of: descriptor)
        try start()
    }

    deinit {
        compressed.deallocate()
        close(descriptor)
    }

    /// Fills a part of `output`.
    ///
    /// - Returns: the bytes written, 0 at the end of the file.
    /// - Throws: `BuildError` when the file cannot be read or inflated.
    func read(into output: UnsafeMutableRawBufferPointer) throws -> Int {
        guard let inflater else { return try readPlain(into: output) }
        while true {
            if pending.isEmpty, try !fillPending() {
                guard inflater.isComplete else { throw truncated() }
                return 0
            }
            let step = try inflate(inflater, into: output)
            pending = pending.lowerBound + step.consumed..<pending.upperBound
            if step.produced > 0 { return step.produced }
        }
    }

    private func start() throws {
        guard try fillPending() else { throw BuildError(file: path, "the file is empty") }
        if compressed[pending].starts(with: Self.gzipMagic) { inflater = GzipInflater() }
    }

    private func inflate(
        _ inflater: GzipInflater,
        into output: UnsafeMutableRawBufferPointer
    ) throws -> GzipInflater.Step {
        do {
            return try inflater.inflate(
                UnsafeRawBufferPointer(rebasing: compressed[pending]),
                into: output
            )
        } catch .damaged(let reason) {
            throw BuildError(file: path, "damaged gzip near byte \(position): \(reason)")
        } catch .trailingBytes {
            throw BuildError(file: path, "byte \(position): not gzip, after a complete gzip stream")
        }
    }

    private var position: Int { bytesRead - pending.count }

    private func truncated() -> BuildError {
        BuildError(file: path, "truncated: the gzip stream does not end in its \(size) bytes")
    }

    private func readPlain(into output: UnsafeMutableRawBufferPointer) throws -> Int {
        if pending.isEmpty, try !fillPending() { return 0 }
        let count = min(pending.count, output.count)
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: compressed[pending.prefix(count)]))
        pending = pending.lowerBound + count..<pending.upperBound
        return count
    }

    private func fillPending() throws -> Bool {
        while true {
            let count = Glibc.read(descriptor, compressed.baseAddress, compressed.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path, "cannot read") }
            pending = 0..<count
            bytesRead += count
            return count > 0
        }
    }

    private static func open(_ path: String) throws -> Int32 {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "cannot open") }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw BuildError(file: path, "is a directory, expected a CSV or JSON-lines file")
        }
        return descriptor
    }

    private static func size(of descriptor: Int32) -> Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    private static func failure(_ path: String, _ attempt: String) -> BuildError {
        BuildError(file: path, "\(attempt): \(String(cString: strerror(errno)))")
    }
}
