// SPDX-License-Identifier: Apache-2.0

/// Reads the part of Universal Binary JSON that XGBoost writes.
///
/// Objects without count; arrays plain, counted (`[#`) or of one type (`[$t#`); numbers big-endian.
struct UBJSONReader: DocumentReader {
    /// What is left of an array: elements, or a closing bracket to look for.
    private struct Frame {
        var remaining: Int?
        var type: UInt8?
    }

    private let bytes: [UInt8]
    private var position = 0
    private var path = DocumentPath()
    private var frames: [Frame] = []
    /// The type of the next value where its array states it once.
    private var elementType: UInt8?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var place: ModelError.Place { .pointer(path.pointer, byte: position) }

    mutating func enterObject() throws(ModelError) {
        try checkNesting()
        let type = try nextType()
        guard type == UInt8(ascii: "{") else { throw unexpected(type, "an object") }
        path.enterObject()
        frames.append(Frame())
    }

    mutating func nextKey() throws(ModelError) -> String? {
        if try peekByte() == UInt8(ascii: "}") {
            position += 1
            leave()
            return nil
        }
        let key = try sizedText()
        path.move(to: key)
        return key
    }

    mutating func enterArray() throws(ModelError) {
        try checkNesting()
        let type = try nextType()
        guard type == UInt8(ascii: "[") else { throw unexpected(type, "an array") }
        path.enterArray()
        frames.append(try arrayFrame())
    }

    mutating func hasNextElement() throws(ModelError) -> Bool {
        guard let frame = frames.last else { return false }
        if let remaining = frame.remaining {
            guard remaining > 0 else {
                leave()
                return false
            }
            frames[frames.count - 1].remaining = remaining - 1
            elementType = frame.type
        } else if try peekByte() == UInt8(ascii: "]") {
            position += 1
            leave()
            return false
        }
        path.moveToNextElement()
        return true
    }

    mutating func text() throws(ModelError) -> String {
        let type = try nextType()
        guard type == UInt8(ascii: "S") else { throw unexpected(type, "a text") }
        return try sizedText()
    }

    mutating func integer() throws(ModelError) -> Int {
        let type = try nextType()
        return try integer(type)
    }

    mutating func float() throws(ModelError) -> Float {
        let type = try nextType()
        return try float(type)
    }

    private mutating func double() throws(ModelError) -> Double {
        let type = try nextType()
        switch type {
        case UInt8(ascii: "D"): return Double(bitPattern: try fixed(UInt64.self))
        case UInt8(ascii: "d"): return Double(try float(type))
        default: return Double(try integer(type))
        }
    }

    mutating func floats() throws(ModelError) -> [Float] {
        var values: [Float] = []
        try enterArray()
        while try hasNextElement() { values.append(try float()) }
        return values
    }

    mutating func doubles() throws(ModelError) -> [Double] {
        var values: [Double] = []
        try enterArray()
        while try hasNextElement() { values.append(try double()) }
        return values
    }

    mutating func integers() throws(ModelError) -> [Int] {
        var values: [Int] = []
        try enterArray()
        while try hasNextElement() { values.append(try integer()) }
        return values
    }

    mutating func finish() throws(ModelError) {
        guard position == bytes.count else { throw malformed("something follows the document") }
    }

    mutating func skip() throws(ModelError) {
        let type = if let elementType { elementType } else { try peekByte() }
        switch type {
        case UInt8(ascii: "{"):
            try enterObject()
            while try nextKey() != nil { try skip() }
        case UInt8(ascii: "["):
            try enterArray()
            while try hasNextElement() { try skip() }
        case UInt8(ascii: "S"): _ = try text()
        case UInt8(ascii: "d"), UInt8(ascii: "D"): _ = try float()
        case UInt8(ascii: "Z"): _ = try nextType()
        default: _ = try integer()
        }
    }
}

// MARK: - Pieces

extension UBJSONReader {
    private func checkNesting() throws(ModelError) {
        guard frames.count >= TreeEnsembleLimits.nestingMax else { return }
        throw ModelError(.tooLarge, "more than \(frames.count) nested values", at: place)
    }

    private mutating func leave() {
        frames.removeLast()
        path.leave()
    }

    private func peekByte() throws(ModelError) -> UInt8 {
        guard position < bytes.count else { throw malformed("the file ends early") }
        return bytes[position]
    }

    private mutating func byte() throws(ModelError) -> UInt8 {
        let byte = try peekByte()
        position += 1
        return byte
    }

    private mutating func nextType() throws(ModelError) -> UInt8 {
        if let type = elementType {
            elementType = nil
            return type
        }
        return try byte()
    }

    private func unexpected(_ type: UInt8, _ expected: String) -> ModelError {
        malformed("expected \(expected), found type byte \(type)")
    }

    private mutating func arrayFrame() throws(ModelError) -> Frame {
        var frame = Frame()
        if try peekByte() == UInt8(ascii: "$") {
            position += 1
            let type = try byte()
            // Values that take no bytes would make a count as good as unbounded.
            guard Self.size(of: type) > 0 else { throw unexpected(type, "a type with values") }
            frame.type = type
            guard try peekByte() == UInt8(ascii: "#") else { throw malformed("expected a count") }
        }
        if try peekByte() == UInt8(ascii: "#") {
            position += 1
            frame.remaining = try count(elementSize: frame.type.map(Self.size) ?? 1)
        }
        return frame
    }

    /// Bytes of a value of a type at least.
    private static func size(of type: UInt8) -> Int {
        switch type {
        case UInt8(ascii: "Z"), UInt8(ascii: "T"), UInt8(ascii: "F"): 0
        case UInt8(ascii: "I"): 2
        case UInt8(ascii: "d"), UInt8(ascii: "l"): 4
        case UInt8(ascii: "D"), UInt8(ascii: "L"): 8
        default: 1
        }
    }

    private mutating func sizedText() throws(ModelError) -> String {
        let count = try count(elementSize: 1)
        guard count <= TreeEnsembleLimits.textSizeMax else {
            throw ModelError(.tooLarge, "a text of \(count) bytes", at: place)
        }
        defer { position += count }
        return String(decoding: bytes[position..<(position + count)], as: UTF8.self)
    }

    /// A count whose elements the rest of the file can hold.
    private mutating func count(elementSize: Int) throws(ModelError) -> Int {
        let count = try integer(try byte())
        guard count >= 0, count <= (bytes.count - position) / elementSize else {
            throw malformed("a count of \(count), more than the file holds")
        }
        return count
    }

    private mutating func integer(_ type: UInt8) throws(ModelError) -> Int {
        switch type {
        case UInt8(ascii: "i"): Int(Int8(bitPattern: try byte()))
        case UInt8(ascii: "U"): Int(try byte())
        case UInt8(ascii: "I"): Int(try fixed(Int16.self))
        case UInt8(ascii: "l"): Int(try fixed(Int32.self))
        case UInt8(ascii: "L"): Int(try fixed(Int64.self))
        case UInt8(ascii: "T"): 1
        case UInt8(ascii: "F"): 0
        default: throw unexpected(type, "an integer")
        }
    }

    private mutating func float(_ type: UInt8) throws(ModelError) -> Float {
        switch type {
        case UInt8(ascii: "d"): return Float(bitPattern: try fixed(UInt32.self))
        case UInt8(ascii: "D"): return Float(Double(bitPattern: try fixed(UInt64.self)))
        default: return Float(try integer(type))
        }
    }

    private mutating func fixed<Value: FixedWidthInteger>(
        _: Value.Type
    ) throws(ModelError) -> Value {
        let size = MemoryLayout<Value>.size
        guard bytes.count - position >= size else { throw malformed("the file ends early") }
        defer { position += size }
        return bytes.withUnsafeBytes {
            Value(bigEndian: $0.loadUnaligned(fromByteOffset: position, as: Value.self))
        }
    }
}
