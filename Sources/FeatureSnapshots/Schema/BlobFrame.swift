// SPDX-License-Identifier: Apache-2.0

/// How a large value lies in LMDB, so that its content is 64-byte aligned in the map.
///
/// LMDB keeps a value beyond half a page on pages of its own, 16 bytes after a page's start. 48
/// bytes of frame before the content, and zeros after a short one, make every content start at a
/// cache line. Shape: magic, content size (both u64, little-endian), 32 zero bytes, content.
enum BlobFrame {
    /// Bytes before the content.
    static let size = 48

    /// Content alignment in the map.
    static let alignment = 64

    private static let magic = UInt64(littleEndian: 0x3142_4543_4955_4c53)  // "SLUICEB1"

    /// Bytes of the LMDB value for a content, large enough to be kept apart from other values.
    static func valueSize(contentSize: Int, pageSize: Int) -> Int {
        max(size + contentSize, pageSize / 2)
    }

    /// Writes the frame and the zeros around a content; returns where the content goes.
    static func prepare(
        _ value: UnsafeMutableRawBufferPointer,
        contentSize: Int
    ) -> UnsafeMutableRawBufferPointer {
        let end = size + contentSize
        value[..<size].initializeMemory(as: UInt8.self, repeating: 0)
        value[end...].initializeMemory(as: UInt8.self, repeating: 0)
        value.storeBytes(of: magic, as: UInt64.self)
        value.storeBytes(of: UInt64(contentSize).littleEndian, toByteOffset: 8, as: UInt64.self)
        return UnsafeMutableRawBufferPointer(rebasing: value[size..<end])
    }

    /// The content of a value read in place; nil when it is no aligned frame that holds its content.
    static func content(of value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard value.count >= size, value.loadUnaligned(as: UInt64.self) == magic else { return nil }
        let stored = value.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        guard let contentSize = Int(exactly: UInt64(littleEndian: stored)),
            contentSize <= value.count - size
        else { return nil }
        let content = UnsafeRawBufferPointer(rebasing: value[size..<size + contentSize])
        guard Int(bitPattern: content.baseAddress) % alignment == 0 else { return nil }
        return content
    }
}
