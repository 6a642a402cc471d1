// SPDX-License-Identifier: Apache-2.0

/// Reads JSON, with `NaN`, `Infinity` and `-Infinity` for numbers.
struct JSONReader: DocumentReader {
    let bytes: [UInt8]
    private(set) var position: Int
    private var path = DocumentPath()
    private var isFirst = true

    /// A reader of the document that starts at an offset.
    init(_ bytes: [UInt8], from offset: Int = 0) {
        self.bytes = bytes
        position = offset
    }

    var place: ModelError.Place { .pointer(path.pointer, byte: position) }

    mutating func enterObject() throws(ModelError) {
        try enter(UInt8(ascii: "{"), "an object")
        path.enterObject()
    }

    mutating func enterArray() throws(ModelError) {
        try enter(UInt8(ascii: "["), "an array")
        path.enterArray()
    }

    mutating func nextKey() throws(ModelError) -> String? {
        guard try isMore(before: UInt8(ascii: "}")) else { return nil }
        let key = try string()
        skipSpaces()
        guard take(UInt8(ascii: ":")) else { throw malformed("expected : after a key") }
        path.move(to: key)
        return key
    }

    mutating func hasNextElement() throws(ModelError) -> Bool {
        guard try isMore(before: UInt8(ascii: "]")) else { return false }
        path.moveToNextElement()
        return true
    }

    mutating func text() throws(ModelError) -> String {
        skipSpaces()
        return try string()
    }

    mutating func integer() throws(ModelError) -> Int {
        skipSpaces()
        if takeWord("true") { return 1 }
        if takeWord("false") { return 0 }
        let number = try number()
        guard let value = number.integer else { throw malformed("expected an integer") }
        position = number.bytes.endIndex
        return value
    }

    mutating func float() throws(ModelError) -> Float {
        skipSpaces()
        let number = try number()
        position = number.bytes.endIndex
        return number.float
    }

    mutating func double() throws(ModelError) -> Double {
        skipSpaces()
        let number = try number()
        position = number.bytes.endIndex
        return number.double
    }

    mutating func floats() throws(ModelError) -> [Float] {
        try array { (reader) throws(ModelError) in try reader.float() }
    }

    mutating func doubles() throws(ModelError) -> [Double] {
        try array { (reader) throws(ModelError) in try reader.double() }
    }

    mutating func integers() throws(ModelError) -> [Int] {
        try array { (reader) throws(ModelError) in try reader.integer() }
    }

    mutating func finish() throws(ModelError) {
        skipSpaces()
        guard position == bytes.count else { throw malformed("something follows the document") }
    }

    /// The byte the next value begins with; 0 at the end.
    mutating func peek() -> UInt8 {
        skipSpaces()
        return position < bytes.count ? bytes[position] : 0
    }

    mutating func takeWord(_ word: StaticString) -> Bool {
        let isThere = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
        if isThere { position += word.utf8CodeUnitCount }
        return isThere
    }
}

// MARK: - Pieces

extension JSONReader {
    /// An array of numbers, without the bookkeeping that elements of other kinds need.
    private mutating func array<Value>(
        _ read: (inout Self) throws(ModelError) -> Value
    ) throws(ModelError) -> [Value] {
        var values: [Value] = []
        try enterArray()
        while try isMore(before: UInt8(ascii: "]")) { values.append(try read(&self)) }
        return values
    }

    private mutating func enter(_ bracket: UInt8, _ what: String) throws(ModelError) {
        skipSpaces()
        guard path.depth < TreeEnsembleLimits.nestingMax else {
            throw ModelError(.tooLarge, "more than \(path.depth) nested values", at: place)
        }
        guard take(bracket) else { throw malformed("expected \(what)") }
        isFirst = true
    }

    private mutating func isMore(before bracket: UInt8) throws(ModelError) -> Bool {
        skipSpaces()
        if take(bracket) {
            path.leave()
            isFirst = false
            return false
        }
        if !isFirst {
            guard take(UInt8(ascii: ",")) else {
                throw malformed("expected a comma or the end, found \(found)")
            }
            skipSpaces()
        }
        isFirst = false
        return true
    }

    private var found: String {
        position < bytes.count ? "byte \(bytes[position])" : "the end of the file"
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpaces() {
        while position < bytes.count {
            switch bytes[position] {
            case 9, 10, 13, 32: position += 1
            default: return
            }
        }
    }

    private func number() throws(ModelError) -> DecimalNumber {
        guard let number = DecimalNumber(prefixOf: bytes[position...]) else {
            throw malformed("expected a number, found \(found)")
        }
        return number
    }

    private mutating func string() throws(ModelError) -> String {
        let start = position
        guard take(UInt8(ascii: "\"")) else { throw malformed("expected a text, found \(found)") }
        guard
            let end = bytes[position...].firstIndex(where: {
                $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
            })
        else { throw malformed("a text without end") }
        guard end - start <= TreeEnsembleLimits.textSizeMax else { throw textTooLong }
        if bytes[end] == UInt8(ascii: "\"") {
            defer { position = end + 1 }
            return String(decoding: bytes[position..<end], as: UTF8.self)
        }
        return try escapedString()
    }

    private var textTooLong: ModelError {
        ModelError(
            .tooLarge,
            "a text of more than \(TreeEnsembleLimits.textSizeMax) bytes",
            at: place
        )
    }

    private mutating func escapedString() throws(ModelError) -> String {
        var units: [UInt8] = []
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            guard units.count <= TreeEnsembleLimits.textSizeMax else { throw textTooLong }
            if take(UInt8(ascii: "\\")) {
                units.append(contentsOf: try escape().utf8)
            } else {
                units.append(bytes[position])
                position += 1
            }
        }
        guard take(UInt8(ascii: "\"")) else { throw malformed("a text without end") }
        return String(decoding: units, as: UTF8.self)
    }

    private mutating func escape() throws(ModelError) -> String {
        guard position < bytes.count else { throw malformed("a text without end") }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return String(UnicodeScalar(letter))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw malformed("an unknown escape in a text")
        }
    }

    private mutating func unicodeEscape() throws(ModelError) -> String {
        let first = try codeUnit()
        guard UTF16.isLeadSurrogate(first), takeWord("\\u") else {
            return String(decoding: [first], as: UTF16.self)
        }
        return String(decoding: [first, try codeUnit()], as: UTF16.self)
    }

    private mutating func codeUnit() throws(ModelError) -> UInt16 {
        let digits = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, let unit = UInt16(digits, radix: 16) else {
            throw malformed("expected four hexadecimal digits")
        }
        position += 4
        return unit
    }

    /// Passes a value by its brackets and quotes alone, whatever stands between them.
    mutating func skip() throws(ModelError) {
        skipSpaces()
        let start = position
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return try checkSkipped(from: start) }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0: return try checkSkipped(from: start)
            case UInt8(ascii: "\""): try skipString()
            default: break
            }
            position += 1
        }
        guard depth == 0 else { throw malformed("the file ends early") }
        try checkSkipped(from: start)
    }

    private func checkSkipped(from start: Int) throws(ModelError) {
        guard position > start else { throw malformed("expected a value, found \(found)") }
    }

    /// From a quote to the quote that closes it.
    private mutating func skipString() throws(ModelError) {
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard position < bytes.count else { throw malformed("a text without end") }
    }
}
