// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// How much a connection reads at a time: little while it waits, the rest of a body that has begun.
///
/// Each open connection keeps a buffer of the small size, so that is most of what an idle one costs.
///
/// `@unchecked Sendable` because the channel asks for that; it is confined to its event loop.
final class ReadSize: RecvByteBufferAllocator, @unchecked Sendable {
    /// A cart of some lines with its head.
    static let waitingBytes = 2 * 1024
    /// More of a body is read in several pieces: a client that names a length and sends nothing
    /// holds no more than this.
    static let bodyBytesMaximum = 64 * 1024

    private var bytes = ReadSize.waitingBytes

    /// Whether the rest of a body is read in large pieces.
    var isLarge: Bool { bytes != Self.waitingBytes }

    /// The next read takes up to so many bytes.
    func expect(_ count: Int) {
        bytes = min(max(count, Self.waitingBytes), Self.bodyBytesMaximum)
    }

    /// Reads little again.
    func reset() { bytes = Self.waitingBytes }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer { allocator.buffer(capacity: bytes) }

    func nextBufferSize() -> Int? { bytes }

    func record(actualReadBytes: Int) -> Bool { false }
}
