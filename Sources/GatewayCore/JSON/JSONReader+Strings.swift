// SPDX-License-Identifier: Apache-2.0

extension JSONReader {
    /// Reads from the opening quote at `position` past the closing one.
    mutating func scanString() throws(JSONError) -> JSONString {
        position &+= 1
        let start = position
        var hasEscapes = false
        while true {
            skipPlainText()
            switch nextByte {
            case UInt8(ascii: "\""):
                let raw = document[ByteRange(start, position)]
                position &+= 1
                return JSONString(raw: raw, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try scanEscape()
            case 0x80...:
                try scanScalar()
            default:
                throw unexpected(.controlCharacter, at: position)
            }
        }
    }

    /// Steps over printable ASCII other than the quote and the backslash, eight bytes at a time.
    @inline(__always)
    private mutating func skipPlainText() {
        while document.count &- position >= 8 {
            let special = PlainText.specialBytes(
                in: document.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            )
            if special != 0 {
                position &+= special.trailingZeroBitCount / 8
                return
            }
            position &+= 8
        }
        while position < document.count && PlainText.contains(document[position]) {
            position &+= 1
        }
    }

    private mutating func scanEscape() throws(JSONError) {
        let start = position
        position &+= 1
        switch nextByte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position &+= 1
        case UInt8(ascii: "u"):
            try scanUnicodeEscape(from: start)
        default:
            throw unexpected(.invalidEscape, at: start)
        }
    }

    /// Reads `uXXXX`, and the `\uXXXX` that must follow the first half of a surrogate pair.
    private mutating func scanUnicodeEscape(from start: Int) throws(JSONError) {
        let unit = try scanCodeUnit(from: start)
        guard unit & 0xF800 == 0xD800 else { return }
        guard unit & 0xFC00 == 0xD800, nextByte == UInt8(ascii: "\\"),
            position &+ 1 < document.count, document[position &+ 1] == UInt8(ascii: "u")
        else { throw JSONError(.unpairedSurrogate, at: start) }
        position &+= 1
        guard try scanCodeUnit(from: position &- 1) & 0xFC00 == 0xDC00 else {
            throw JSONError(.unpairedSurrogate, at: start)
        }
    }

    private mutating func scanCodeUnit(from start: Int) throws(JSONError) -> UInt16 {
        position &+= 1
        let end = min(position &+ 4, document.count)
        let (unit, count) = Self.hexadecimalPrefix(of: document[ByteRange(position, end)])
        position &+= count
        guard count == 4 else { throw unexpected(.invalidEscape, at: start) }
        return unit
    }

    private static func hexadecimalPrefix(
        of bytes: UnsafeRawBufferPointer
    ) -> (unit: UInt16, count: Int) {
        var unit: UInt16 = 0
        for index in 0..<bytes.count {
            guard let digit = hexadecimalValue(of: bytes[index]) else { return (unit, index) }
            unit = unit << 4 | UInt16(digit)
        }
        return (unit, bytes.count)
    }

    private mutating func scanScalar() throws(JSONError) {
        let rest = UnsafeRawBufferPointer(rebasing: document[position...])
        let length = UTF8Scalar.length(atStartOf: rest)
        guard length > 0 else { throw JSONError(.invalidUTF8, at: position) }
        position &+= length
    }
}

/// The bytes that stand for themselves in a JSON string: printable ASCII without `"` and `\`.
enum PlainText {
    private static let lows: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    static func contains(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Marks the first of eight bytes that is not plain, by its high bit.
    ///
    /// The first byte is the lowest. Bits above the lowest one set mean nothing.
    @inline(__always)
    static func specialBytes(in word: UInt64) -> UInt64 {
        (word | below(0x20, word) | equal(0x22, word) | equal(0x5C, word)) & highs
    }

    private static func below(_ bound: UInt64, _ word: UInt64) -> UInt64 {
        (word &- lows &* bound) & ~word
    }

    private static func equal(_ byte: UInt64, _ word: UInt64) -> UInt64 {
        below(1, word ^ (lows &* byte))
    }
}

/// Well-formed UTF-8.
///
/// Source: Unicode 16 §3.9, table 3-7.
enum UTF8Scalar {
    /// Bytes of the scalar that starts a non-empty buffer, 0 when it is malformed.
    static func length(atStartOf bytes: UnsafeRawBufferPointer) -> Int {
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch bytes[0] {
            case ..<0x80: (1, 0...0)
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0...0)
            }
        if length == 1 { return 1 }
        guard length <= bytes.count, length > 0, second.contains(bytes[1]) else { return 0 }
        for index in 2..<max(length, 2) where bytes[index] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
