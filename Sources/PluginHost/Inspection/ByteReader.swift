// SPDX-License-Identifier: Apache-2.0

/// Bounds-checked little-endian reads from bytes nobody vouches for.
///
/// Every offset and size comes from the file, so every read may answer nil and no sum may overflow.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer

    func integer<Value: FixedWidthInteger>(_ type: Value.Type, at offset: UInt64) -> Value? {
        guard let range = range(offset, UInt64(MemoryLayout<Value>.size)) else { return nil }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: type))
    }

    func slice(at offset: UInt64, size: UInt64) -> ByteReader? {
        guard let range = range(offset, size) else { return nil }
        return ByteReader(bytes: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    /// The NUL-terminated name at `offset`; nil when no NUL follows within the longest name.
    func name(at offset: UInt64) -> String? {
        guard offset < UInt64(bytes.count) else { return nil }
        let tail = bytes[Int(offset)...].prefix(Limits.elfNameBytesMax)
        guard let end = tail.firstIndex(of: 0) else { return nil }
        return String(decoding: tail[..<end], as: UTF8.self)
    }

    private func range(_ offset: UInt64, _ size: UInt64) -> Range<Int>? {
        let (end, overflow) = offset.addingReportingOverflow(size)
        guard !overflow, end <= UInt64(bytes.count) else { return nil }
        return Int(offset)..<Int(end)
    }
}
