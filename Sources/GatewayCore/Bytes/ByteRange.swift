// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A run of bytes inside a buffer that somebody else owns.
///
/// Unit: bytes from the start of that buffer. Lifetime: a range is only offsets, so it outlives a
/// move of the buffer, but not a change of its content.
@usableFromInline package struct ByteRange: Hashable, Sendable {
    @usableFromInline let start32: UInt32
    @usableFromInline let count32: UInt32

    /// An empty range at the start of the buffer.
    @inlinable package static var empty: ByteRange { ByteRange(0, 0) }

    /// A range from `start` up to and without `end`; both fit 32 bits.
    @inlinable package init(_ start: Int, _ end: Int) {
        start32 = UInt32(truncatingIfNeeded: start)
        count32 = UInt32(truncatingIfNeeded: end &- start)
    }

    /// Offset of the first byte.
    @inlinable package var start: Int { Int(start32) }
    /// Number of bytes.
    @inlinable package var count: Int { Int(count32) }
    /// Offset after the last byte.
    @inlinable package var end: Int { start &+ count }
    /// Whether the range holds no byte.
    @inlinable package var isEmpty: Bool { count32 == 0 }
}

extension UnsafeRawBufferPointer {
    /// The bytes of a range that was read from this very buffer.
    @inlinable package subscript(range: ByteRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[range.start..<range.end])
    }

    /// Whether both hold the same bytes.
    @inlinable package func isEqual(to other: UnsafeRawBufferPointer) -> Bool {
        count == other.count && (isEmpty || startsEqual(other))
    }

    /// Whether the bytes are those of a literal.
    @inlinable package func isEqual(to literal: StaticString) -> Bool {
        isEqual(to: literal.bytes)
    }

    @usableFromInline func startsEqual(_ other: UnsafeRawBufferPointer) -> Bool {
        guard let left = baseAddress, let right = other.baseAddress else { return false }
        return memcmp(left, right, count) == 0
    }
}

extension StaticString {
    /// The UTF-8 bytes of the literal.
    ///
    /// Lifetime: the process.
    @inlinable package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
