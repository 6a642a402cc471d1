// SPDX-License-Identifier: Apache-2.0

import Dispatch

/// Inflates the next block of a stream on another thread while the caller parses this one.
///
/// `@unchecked Sendable`: each block belongs to one side at a time. The queue fills `next` between the
/// start of a fill and its `filled` signal; the caller touches it only outside of that.
final class ReadAhead: @unchecked Sendable {
    private struct Block {
        let bytes = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Limits.readBytes,
            alignment: 16
        )
        var rest: Range<Int> = 0..<0
        var bytesRead = 0
        var failure: (any Error)?
    }

    let path: String
    /// Bytes of the file itself, compressed or not.
    let size: Int
    /// Bytes of the file behind what was handed out so far.
    var bytesRead: Int { current.bytesRead }

    private let stream: ByteStream
    private let queue = DispatchQueue(label: "sluice.read-ahead")
    private let filled = DispatchSemaphore(value: 0)
    private var current = Block()
    private var next = Block()

    init(_ stream: ByteStream) {
        self.stream = stream
        path = stream.path
        size = stream.size
        startFill()
    }

    deinit {
        current.bytes.deallocate()
        next.bytes.deallocate()
    }

    /// Fills a part of `output`; see `ByteStream.read(into:)`.
    func read(into output: UnsafeMutableRawBufferPointer) throws -> Int {
        if current.rest.isEmpty { try advance() }
        let count = min(current.rest.count, output.count)
        let part = current.bytes[current.rest.prefix(count)]
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
        current.rest = current.rest.lowerBound + count..<current.rest.upperBound
        return count
    }

    private func advance() throws {
        filled.wait()
        swap(&current, &next)
        if let failure = current.failure {
            filled.signal()
            throw failure
        }
        if current.rest.isEmpty { filled.signal() } else { startFill() }
    }

    /// The queue keeps the reader alive until the block is filled, so memory is freed after that.
    private func startFill() {
        queue.async { [self] in
            fill()
            filled.signal()
        }
    }

    private func fill() {
        do {
            next.rest = 0..<(try stream.read(into: next.bytes))
        } catch {
            next.failure = error
        }
        next.bytesRead = stream.bytesRead
    }
}
