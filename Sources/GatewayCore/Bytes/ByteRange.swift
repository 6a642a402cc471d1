// SPDX-License-Identifier: Apache-2.0

/// A run of bytes inside a buffer that somebody else owns.
///
/// Unit: bytes from the start of that buffer. Lifetime: a range is only offsets, so it outlives a
/// move of the buffer, but not a change of its content.
package struct ByteRange: Hashable, Sendable {
    private let start32: UInt32
    private let count32: UInt32

    /// An empty range at the start of the buffer.
    package static let empty = ByteRange(0, 0)

    /// A range from `start` up to and without `end`; both fit 32 bits.
    package init(_ start: Int, _ end: Int) {
        start32 = UInt32(truncatingIfNeeded: start)
        count32 = UInt32(truncatingIfNeeded: end &- start)
    }

    /// Offset of the first byte.
    package var start: Int { Int(start32) }
    /// Number of bytes.
    package var count: Int { Int(count32) }
    /// Offset after the last byte.
    package var end: Int { start &+ count }
    /// Whether the range holds no byte.
    package var isEmpty: Bool { count32 == 0 }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a range that was read from this very buffer.
    package subscript(range: ByteRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range.start..<range.end])
    }

    /// Whether both hold the same bytes.
    package func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        count == other.count && elementsEqual(other)
    }

    /// Whether the bytes are those of a literal.
    package func isEqual(to literal: StaticString) -> Bool {
        isEqual(to: literal.bytes)
    }
}

extension StaticString {
    /// The UTF-8 bytes of the literal. Lifetime: the process.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
