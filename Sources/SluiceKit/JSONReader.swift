// SPDX-License-Identifier: Apache-2.0

/// A small strict reader of RFC 8259 JSON, so that plugins need no Foundation.
///
/// Refuses what is not well-formed, keys given twice, and nesting deeper than `depthMax`.
struct JSONReader {
    /// Settings nest two or three deep; the bound keeps recursion off the end of the stack.
    static let depthMax = 32

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    static func read(_ bytes: UnsafeBufferPointer<UInt8>) throws(HandlerError) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value()
        reader.skipSpace()
        guard reader.peek == nil else { throw reader.expected("the end") }
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func expected(_ what: String) -> HandlerError {
        HandlerError(.invalidArgument, "settings: expected \(what) at byte \(position)")
    }

    private mutating func skipSpace() {
        while let byte = peek, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard peek == character.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func take(word: StaticString) -> Bool {
        let end = position + word.utf8CodeUnitCount
        guard end <= bytes.count,
            word.withUTF8Buffer({ bytes[position..<end].elementsEqual($0) })
        else { return false }
        position = end
        return true
    }

    // MARK: - Values

    private mutating func value() throws(HandlerError) -> JSONValue {
        skipSpace()
        if take(word: "null") { return .null }
        if take(word: "true") { return .bool(true) }
        if take(word: "false") { return .bool(false) }
        switch peek {
        case UInt8(ascii: "{"):
            return try nested { (reader) throws(HandlerError) in
                .object(try reader.object())
            }
        case UInt8(ascii: "["):
            return try nested { (reader) throws(HandlerError) in
                .array(try reader.array())
            }
        case UInt8(ascii: "\""): return .string(try string())
        default: return .number(try number())
        }
    }

    private mutating func nested(
        _ body: (inout JSONReader) throws(HandlerError) -> JSONValue
    ) throws(HandlerError) -> JSONValue {
        guard depth < Self.depthMax else { throw expected("at most \(Self.depthMax) levels") }
        depth += 1
        position += 1
        defer { depth -= 1 }
        return try body(&self)
    }

    private mutating func object() throws(HandlerError) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return members }
        repeat {
            skipSpace()
            let key = try string()
            skipSpace()
            guard take(":") else { throw expected("':'") }
            guard members.updateValue(try value(), forKey: key) == nil else {
                throw HandlerError(.invalidArgument, "settings: the key \"\(key)\" is given twice")
            }
            skipSpace()
        } while take(",")
        guard take("}") else { throw expected("',' or '}'") }
        return members
    }

    private mutating func array() throws(HandlerError) -> [JSONValue] {
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return elements }
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(",")
        guard take("]") else { throw expected("',' or ']'") }
        return elements
    }

    // MARK: - Numbers

    private mutating func number() throws(HandlerError) -> String {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(HandlerError) {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw expected("a value") }
    }

    // MARK: - Strings

    private mutating func string() throws(HandlerError) -> String {
        guard take("\"") else { throw expected("'\"'") }
        var text: [UInt8] = []
        while let byte = peek, byte >= 0x20 {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try decoded(text)
            case UInt8(ascii: "\\"): text.append(contentsOf: String(try escape()).utf8)
            default: text.append(byte)
            }
        }
        throw expected("the end of a string")
    }

    private func decoded(_ text: [UInt8]) throws(HandlerError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw expected("UTF-8 before here")
        }
        return string
    }

    private mutating func escape() throws(HandlerError) -> Unicode.Scalar {
        let escapes: KeyValuePairs<Character, Unicode.Scalar> = [
            "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r",
            "t": "\t",
        ]
        for (letter, scalar) in escapes where take(letter) { return scalar }
        guard take("u") else { throw expected("an escape") }
        let unit = try hexadecimal()
        guard UTF16.isLeadSurrogate(unit) else { return try scalar([unit]) }
        guard take(word: "\\u") else { throw expected("the second half of a surrogate pair") }
        return try scalar([unit, try hexadecimal()])
    }

    private func scalar(_ units: [UInt16]) throws(HandlerError) -> Unicode.Scalar {
        guard let text = String(validating: units, as: UTF16.self),
            let scalar = text.unicodeScalars.first
        else { throw expected("a whole character before here") }
        return scalar
    }

    private mutating func hexadecimal() throws(HandlerError) -> UInt16 {
        let end = position + 4
        guard end <= bytes.count,
            bytes[position..<end].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: bytes[position..<end], as: UTF8.self), radix: 16)
        else { throw expected("four hexadecimal digits") }
        position = end
        return unit
    }
}
