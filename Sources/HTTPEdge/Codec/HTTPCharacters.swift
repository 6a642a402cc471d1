// SPDX-License-Identifier: Apache-2.0

import GatewayCore

/// A set of ASCII characters, one bit each.
struct CharacterSet128 {
    let low: UInt64
    let high: UInt64

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let half = byte < 64 ? low : high
        return byte < 128 && half &>> UInt64(byte & 63) & 1 == 1
    }

    @inline(__always)
    func containsAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes where !contains(byte) { return false }
        return true
    }

    /// `tchar` of RFC 9110 §5.6.2: letters, digits and ``!#$%&'*+-.^_`|~``.
    static let token = CharacterSet128(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    /// `pchar` of RFC 3986 §3.3, `/` and the percent sign: letters, digits, `-._~!$&'()*+,;=:@/%`.
    static let path = CharacterSet128(low: 0x2FFF_FFF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF)
    /// The path's characters, `?` and ``[]{}|\^` ``, which browsers leave bare in a query.
    static let query = CharacterSet128(low: 0xAFFF_FFF2_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)
    /// What DNS names and IPv4 addresses are made of: letters, digits and `-._~`.
    static let host = CharacterSet128(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// What an IPv6 address is made of: hexadecimal digits, `:` and `.`.
    static let addressLiteral = CharacterSet128(
        low: 0x07FF_4000_0000_0000,
        high: 0x0000_007E_0000_007E
    )
}

/// Text of a header field.
enum FieldText {
    private static let lows: UInt64 = 0x0101_0101_0101_0101
    private static let highs: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Whether a byte may stand in a field value: no control character but the tab.
    @inline(__always)
    static func contains(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == 0x09
    }

    /// Whether every byte may stand in a field value, eight at a time.
    @inline(__always)
    static func containsAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var position = 0
        while bytes.count &- position >= 8 {
            let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            guard isPlain(word) || containsEach(bytes, position, position &+ 8) else {
                return false
            }
            position &+= 8
        }
        return containsEach(bytes, position, bytes.count)
    }

    /// Whether eight bytes are all above the control characters; a `false` may err.
    private static func isPlain(_ word: UInt64) -> Bool {
        let delete = word ^ (lows &* 0x7F)
        return ((word &- lows &* 0x20) & ~word | (delete &- lows) & ~delete) & highs == 0
    }

    private static func containsEach(
        _ bytes: UnsafeRawBufferPointer,
        _ start: Int,
        _ end: Int
    ) -> Bool {
        for index in start..<end where !contains(bytes[index]) { return false }
        return true
    }

    /// The range without white space at its ends.
    @inline(__always)
    static func trimmed(
        _ bytes: UnsafeRawBufferPointer,
        _ start: Int,
        _ end: Int
    ) -> ByteRange {
        var start = start
        var end = end
        while start < end && isSpace(bytes[start]) { start &+= 1 }
        while end > start && isSpace(bytes[end &- 1]) { end &-= 1 }
        return ByteRange(start, end)
    }

    /// Whether the bytes are those of a lower-case token, in any case.
    @inline(__always)
    static func isEqualIgnoringCase(
        _ token: UnsafeRawBufferPointer,
        _ lowerCased: StaticString
    ) -> Bool {
        let expected = lowerCased.bytes
        guard token.count == expected.count else { return false }
        // Setting bit 5 maps upper case to lower and no other token character onto `-`, a letter
        // or a digit.
        for index in 0..<token.count where token[index] | 0x20 != expected[index] { return false }
        return true
    }
}

/// Walks the elements of a comma-separated list, without white space at their ends.
struct CommaSeparated {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) {
        self.bytes = bytes
        position = range.start
        end = range.end
    }

    mutating func next() -> UnsafeRawBufferPointer? {
        guard position <= end else { return nil }
        var comma = position
        while comma < end && bytes[comma] != UInt8(ascii: ",") { comma &+= 1 }
        defer { position = comma &+ 1 }
        return bytes[FieldText.trimmed(bytes, position, comma)]
    }
}
