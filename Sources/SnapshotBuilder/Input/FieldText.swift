// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Small operations on the bytes of a field.
enum FieldText {
    static func trimmed(_ field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var (start, end) = (0, field.count)
        while start < end, isSpace(field[start]) { start += 1 }
        while end > start, isSpace(field[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: field[start..<end])
    }

    /// The field without `suffix`, where it ends in it.
    static func strip(
        _ suffix: [UInt8],
        from field: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        guard !suffix.isEmpty, field.count >= suffix.count,
            field.suffix(suffix.count).elementsEqual(suffix)
        else { return field }
        return UnsafeRawBufferPointer(rebasing: field.dropLast(suffix.count))
    }

    /// A whole number with an optional sign; nil when the text is anything else or does not fit.
    static func integer(_ field: UnsafeRawBufferPointer) -> Int64? {
        let isNegative = field.first == UInt8(ascii: "-")
        let isSigned = isNegative || field.first == UInt8(ascii: "+")
        // 18 digits always fit Int64.
        guard 1...18 ~= field.count - (isSigned ? 1 : 0) else { return nil }
        var value: Int64 = 0
        for index in (isSigned ? 1 : 0)..<field.count {
            let digit = field[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        return isNegative ? -value : value
    }

    /// At most `count` bytes of the field, cut between two characters.
    static func prefix(_ field: UnsafeRawBufferPointer, _ count: Int) -> UnsafeRawBufferPointer {
        guard field.count > count else { return field }
        var end = count
        while end > 0, field[end] & 0xc0 == 0x80 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: field[..<end])
    }

    @inline(__always)
    static func equal(_ field: UnsafeRawBufferPointer, _ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { equal(field, $0) }
    }

    @inline(__always)
    static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count, let first = left.baseAddress,
            let second = right.baseAddress
        else { return left.count == right.count }
        return memcmp(first, second, left.count) == 0
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0d ~= byte }
}
