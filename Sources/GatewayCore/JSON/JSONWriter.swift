// SPDX-License-Identifier: Apache-2.0

/// Writes one JSON document, commas included; the caller nests.
///
/// Shape: always valid UTF-8: malformed bytes of a text become U+FFFD.
package struct JSONWriter: ~Copyable {
    /// The document so far.
    package var bytes: ByteWriter
    private var needsComma = false

    /// An empty document with room for `capacity` bytes.
    package init(capacity: Int) { bytes = ByteWriter(capacity: capacity) }

    /// Forgets the document and keeps the memory.
    package mutating func removeAll() {
        bytes.removeAll()
        needsComma = false
    }

    /// Opens an object.
    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    /// Closes the innermost object.
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    /// Opens an array.
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    /// Closes the innermost array.
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes a key that needs no escaping; its value comes next.
    package mutating func key(_ name: StaticString) {
        bytes.append(key: name, afterComma: needsComma)
        needsComma = false
    }

    /// Writes a text as a string.
    package mutating func string(_ text: UnsafeRawBufferPointer) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(text)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a literal as a string.
    package mutating func string(_ literal: StaticString) { string(literal.bytes) }

    /// Writes a string that was read, as it stood.
    package mutating func string(_ string: JSONString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(string.raw)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes an integer.
    package mutating func integer(_ value: Int64) {
        separate()
        bytes.append(decimal: value)
    }

    /// Writes an exact amount as a string, such as `"2.55"`.
    ///
    /// Unit: `minorUnits` of a currency with `digits` decimal digits.
    package mutating func money(minorUnits: Int64, digits: Int) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(minorUnits: minorUnits, digits: digits)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a number rounded to six decimals, at most a million in size; `null` when not finite.
    ///
    /// Ten times faster than the shortest text that reads back, and as exact as a score needs.
    package mutating func score(_ value: Float) {
        guard value.isFinite, abs(value) <= Self.scoreMaximum else { return null() }
        separate()
        let millionths = Int64((Double(value) * 1e6).rounded())
        bytes.append(minorUnits: millionths, digits: Self.scoreDigits)
        bytes.removeTrailing(UInt8(ascii: "0"), atMost: Self.scoreDigits - 1)
    }

    private static let scoreMaximum: Float = 1_000_000
    private static let scoreDigits = 6

    /// Writes `true` or `false`.
    package mutating func boolean(_ value: Bool) {
        separate()
        bytes.append(value ? "true" : "false")
    }

    /// Writes `null`.
    package mutating func null() {
        separate()
        bytes.append("null")
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    @inline(__always)
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}

// MARK: - Escaping

extension JSONWriter {
    private mutating func appendEscaped(_ text: UnsafeRawBufferPointer) {
        var rest = text
        while !rest.isEmpty {
            let plain = Self.plainPrefix(of: rest)
            bytes.append(UnsafeRawBufferPointer(rebasing: rest[..<plain]))
            guard plain < rest.count else { return }
            rest = UnsafeRawBufferPointer(rebasing: rest[plain...])
            let length = appendSpecial(rest)
            rest = UnsafeRawBufferPointer(rebasing: rest[length...])
        }
    }

    private static func plainPrefix(of text: UnsafeRawBufferPointer) -> Int {
        var count = 0
        while text.count &- count >= 8 {
            let special = PlainText.specialBytes(
                in: text.loadUnaligned(fromByteOffset: count, as: UInt64.self)
            )
            if special != 0 { return count &+ special.trailingZeroBitCount / 8 }
            count &+= 8
        }
        while count < text.count && PlainText.contains(text[count]) { count &+= 1 }
        return count
    }

    /// Appends the scalar that starts a non-empty text and returns its length there.
    private mutating func appendSpecial(_ text: UnsafeRawBufferPointer) -> Int {
        let length = UTF8Scalar.length(atStartOf: text)
        switch length {
        case 0:
            bytes.append("\u{FFFD}")
            return 1
        case 1:
            appendEscape(of: text[0])
        default:
            bytes.append(UnsafeRawBufferPointer(rebasing: text[..<length]))
        }
        return length
    }

    private mutating func appendEscape(of byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): bytes.append("\\\"")
        case UInt8(ascii: "\\"): bytes.append("\\\\")
        case 0x08: bytes.append("\\b")
        case 0x09: bytes.append("\\t")
        case 0x0A: bytes.append("\\n")
        case 0x0C: bytes.append("\\f")
        case 0x0D: bytes.append("\\r")
        default:
            bytes.append("\\u00")
            bytes.append(ByteWriter.hexadecimalDigit(byte >> 4))
            bytes.append(ByteWriter.hexadecimalDigit(byte & 15))
        }
    }
}
