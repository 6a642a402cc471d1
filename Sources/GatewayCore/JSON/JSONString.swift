// SPDX-License-Identifier: Apache-2.0

/// A validated string or key, still as it stands in the document.
///
/// Lifetime: that of the document's bytes.
package struct JSONString {
    /// The bytes between the quotes: valid UTF-8, escapes not yet decoded.
    package let raw: UnsafeRawBufferPointer
    /// Whether `raw` differs from the text it stands for.
    package let hasEscapes: Bool

    /// Whether the text is that of a literal.
    package func isEqual(to literal: StaticString) -> Bool {
        hasEscapes ? decoded.elementsEqual(literal.bytes) : raw.isEqual(to: literal)
    }

    /// Lets a key be matched by `switch key { case "lines": … }`.
    package static func ~= (literal: StaticString, string: JSONString) -> Bool {
        string.isEqual(to: literal)
    }

    /// Whether two strings stand for the same text.
    func isEqual(to other: JSONString) -> Bool {
        hasEscapes || other.hasEscapes
            ? decoded.elementsEqual(other.decoded) : raw.isEqual(to: other.raw)
    }

    /// Writes the text to a buffer; `nil` when it does not fit.
    ///
    /// A buffer of `raw.count` bytes always suffices.
    package func decode(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard hasEscapes else {
            guard raw.count <= buffer.count else { return nil }
            buffer.copyMemory(from: raw)
            return raw.count
        }
        var count = 0
        for byte in decoded {
            guard count < buffer.count else { return nil }
            buffer[count] = byte
            count += 1
        }
        return count
    }

    /// The bytes of the text, escapes decoded one at a time.
    package var decoded: DecodedBytes { DecodedBytes(raw) }

    /// A walk over the text of a string that the reader has validated.
    package struct DecodedBytes: Sequence, IteratorProtocol {
        private let raw: UnsafeRawBufferPointer
        private var position = 0
        /// UTF-8 of an escaped scalar that is still to be delivered, next byte lowest.
        private var pending: UInt32 = 0

        fileprivate init(_ raw: UnsafeRawBufferPointer) { self.raw = raw }

        /// The next byte of UTF-8.
        package mutating func next() -> UInt8? {
            if pending != 0 { return nextPending() }
            guard position < raw.count else { return nil }
            let byte = raw[position]
            position += 1
            return byte == UInt8(ascii: "\\") ? nextEscaped() : byte
        }

        private mutating func nextPending() -> UInt8 {
            defer { pending >>= 8 }
            return UInt8(truncatingIfNeeded: pending)
        }

        private mutating func nextEscaped() -> UInt8 {
            let letter = raw[position]
            position += 1
            switch letter {
            case UInt8(ascii: "b"): return 0x08
            case UInt8(ascii: "t"): return 0x09
            case UInt8(ascii: "n"): return 0x0A
            case UInt8(ascii: "f"): return 0x0C
            case UInt8(ascii: "r"): return 0x0D
            case UInt8(ascii: "u"): return nextUnicode()
            default: return letter
            }
        }

        private mutating func nextUnicode() -> UInt8 {
            var scalar = nextCodeUnit()
            if scalar & 0xFC00 == 0xD800 {
                position += 2  // the reader saw that \u follows
                scalar = 0x10000 + (scalar & 0x3FF) << 10 + nextCodeUnit() & 0x3FF
            }
            return start(scalar)
        }

        private mutating func nextCodeUnit() -> UInt32 {
            var unit: UInt32 = 0
            for _ in 0..<4 {
                unit = unit << 4 | UInt32(hexadecimalValue(of: raw[position]) ?? 0)
                position += 1
            }
            return unit
        }

        private mutating func start(_ scalar: UInt32) -> UInt8 {
            func tail(_ shift: UInt32) -> UInt32 { 0x80 | scalar >> shift & 0x3F }
            switch scalar {
            case ..<0x80:
                return UInt8(truncatingIfNeeded: scalar)
            case ..<0x800:
                pending = tail(0)
                return UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6)
            case ..<0x10000:
                pending = tail(6) | tail(0) << 8
                return UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12)
            default:
                pending = tail(12) | tail(6) << 8 | tail(0) << 16
                return UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18)
            }
        }
    }
}

/// The value of a hexadecimal digit, `nil` for any other byte.
package func hexadecimalValue(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
    default: nil
    }
}
