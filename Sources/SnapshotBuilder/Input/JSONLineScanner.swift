// SPDX-License-Identifier: Apache-2.0

/// Finds the members of one JSON object that roles name, as bytes in place.
struct JSONLineScanner {
    struct Fault: Error {
        let reason: String
    }

    /// Depth to which members without a role may nest; deeper is no order line.
    private static let depthMaximum = 32

    /// The text of each role's member, by role; empty when it is null or missing.
    private(set) var fields: [UnsafeMutableBufferPointer<UInt8>]

    private let names: [[UInt8]?]
    private var bytes = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
    private var cursor = 0

    init(_ columns: ColumnNames) {
        names = ColumnRole.allCases.map { columns[$0].map { Array($0.utf8) } }
        fields = names.map { _ in UnsafeMutableBufferPointer(start: nil, count: 0) }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0d || byte == 0x0a
    }

    /// Reads one line; strings are unescaped in place.
    mutating func scan(_ line: UnsafeMutableBufferPointer<UInt8>) throws(Fault) {
        bytes = line
        cursor = 0
        var seen = 0
        for index in fields.indices { fields[index] = .init(start: nil, count: 0) }
        try expect("{", "an object")
        if try !take("}") {
            repeat { try scanMember(&seen) } while try take(",")
            try expect("}", "\",\" or \"}\"")
        }
        skipSpace()
        guard cursor == bytes.count else { throw fault("has text after its object") }
    }

    private mutating func scanMember(_ seen: inout Int) throws(Fault) {
        skipSpace()
        let name = try scanString()
        try expect(":", "\":\" after a name")
        guard let role = names.firstIndex(where: { $0.map { name.elementsEqual($0) } ?? false })
        else { return try skipValue(depth: 0) }
        guard seen & (1 << role) == 0 else {
            throw fault("names the member \"\(String(decoding: name, as: UTF8.self))\" twice")
        }
        seen |= 1 << role
        fields[role] = try scanScalar()
    }

    private mutating func scanScalar() throws(Fault) -> UnsafeMutableBufferPointer<UInt8> {
        skipSpace()
        guard cursor < bytes.count else { throw fault("ends inside its object") }
        if bytes[cursor] == UInt8(ascii: "\"") { return try scanString() }
        let start = cursor
        while cursor < bytes.count, Self.isWord(bytes[cursor]) { cursor += 1 }
        let word = UnsafeMutableBufferPointer(rebasing: bytes[start..<cursor])
        if word.elementsEqual("null".utf8) { return .init(start: nil, count: 0) }
        guard let first = word.first, first == UInt8(ascii: "-") || Self.isDigit(first) else {
            throw fault("holds neither text, number nor null at column \(start + 1)")
        }
        return word
    }

    private mutating func skipValue(depth: Int) throws(Fault) {
        guard depth < Self.depthMaximum else {
            throw fault("nests deeper than \(Self.depthMaximum)")
        }
        skipSpace()
        guard cursor < bytes.count else { throw fault("ends inside its object") }
        switch bytes[cursor] {
        case UInt8(ascii: "\""): _ = try scanString()
        case UInt8(ascii: "{"): try skipNested("}", named: true, depth)
        case UInt8(ascii: "["): try skipNested("]", named: false, depth)
        default: try skipWord()
        }
    }

    private mutating func skipNested(
        _ close: Unicode.Scalar,
        named: Bool,
        _ depth: Int
    ) throws(Fault) {
        cursor += 1
        if try take(close) { return }
        repeat {
            if named {
                skipSpace()
                _ = try scanString()
                try expect(":", "\":\" after a name")
            }
            try skipValue(depth: depth + 1)
        } while try take(",")
        try expect(close, "\",\" or \"\(close)\"")
    }

    private mutating func skipWord() throws(Fault) {
        let start = cursor
        while cursor < bytes.count, Self.isWord(bytes[cursor]) { cursor += 1 }
        guard cursor > start else { throw fault("holds no value at column \(start + 1)") }
    }

    // MARK: - Strings

    private mutating func scanString() throws(Fault) -> UnsafeMutableBufferPointer<UInt8> {
        guard cursor < bytes.count, bytes[cursor] == UInt8(ascii: "\"") else {
            throw fault("holds no string at column \(cursor + 1)")
        }
        let start = cursor + 1
        var written = start
        cursor = start
        while cursor < bytes.count {
            let byte = bytes[cursor]
            cursor += 1
            if byte == UInt8(ascii: "\"") {
                return UnsafeMutableBufferPointer(rebasing: bytes[start..<written])
            }
            guard byte >= 0x20 else { throw fault("holds a control character in a string") }
            if byte == UInt8(ascii: "\\") {
                try writeEscape(&written)
            } else {
                write(byte, &written)
            }
        }
        throw fault("ends inside a string")
    }

    private mutating func write(_ byte: UInt8, _ written: inout Int) {
        bytes[written] = byte
        written += 1
    }

    private mutating func writeEscape(_ written: inout Int) throws(Fault) {
        guard cursor < bytes.count else { throw fault("ends inside a string") }
        let escape = bytes[cursor]
        cursor += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): write(escape, &written)
        case UInt8(ascii: "b"): write(0x08, &written)
        case UInt8(ascii: "f"): write(0x0c, &written)
        case UInt8(ascii: "n"): write(0x0a, &written)
        case UInt8(ascii: "r"): write(0x0d, &written)
        case UInt8(ascii: "t"): write(0x09, &written)
        case UInt8(ascii: "u"):
            // An escape is 6 or 12 bytes and at most 4 in UTF-8, so it fits where it stood.
            for byte in UTF8.encode(try scanScalarEscape()) ?? .init() { write(byte, &written) }
        default: throw fault("holds an unknown escape in a string")
        }
    }

    private mutating func scanScalarEscape() throws(Fault) -> Unicode.Scalar {
        let first = try scanHex()
        if let scalar = Unicode.Scalar(first), first != 0 { return scalar }
        guard 0xd800..<0xdc00 ~= first, cursor + 1 < bytes.count,
            bytes[cursor] == UInt8(ascii: "\\"), bytes[cursor + 1] == UInt8(ascii: "u")
        else { throw fault("holds \\u that is no character") }
        cursor += 2
        let second = try scanHex()
        let value = 0x10000 + (first - 0xd800) << 10 + (second & 0x3ff)
        guard 0xdc00..<0xe000 ~= second, let scalar = Unicode.Scalar(value) else {
            throw fault("holds half a surrogate pair")
        }
        return scalar
    }

    private mutating func scanHex() throws(Fault) -> UInt32 {
        guard cursor + 4 <= bytes.count,
            let value = UInt32(
                String(decoding: bytes[cursor..<cursor + 4], as: UTF8.self),
                radix: 16
            )
        else { throw fault("holds \\u without four hex digits") }
        cursor += 4
        return value
    }

    // MARK: - Characters

    private mutating func skipSpace() {
        while cursor < bytes.count, Self.isSpace(bytes[cursor]) { cursor += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) throws(Fault) -> Bool {
        skipSpace()
        guard cursor < bytes.count else { throw fault("ends inside its object") }
        guard bytes[cursor] == UInt8(ascii: scalar) else { return false }
        cursor += 1
        return true
    }

    private mutating func expect(_ scalar: Unicode.Scalar, _ what: String) throws(Fault) {
        skipSpace()
        guard cursor < bytes.count, bytes[cursor] == UInt8(ascii: scalar) else {
            throw fault("is not \(what) at column \(cursor + 1)")
        }
        cursor += 1
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || byte == UInt8(ascii: "E")
            || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".")
    }

    private func fault(_ reason: String) -> Fault { Fault(reason: reason) }
}
