// SPDX-License-Identifier: Apache-2.0

/// Reads one message of Protocol Buffers, field by field.
struct ProtobufReader {
    /// A field's value, by its wire type.
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case bytes(ArraySlice<UInt8>)
    }

    /// A field of a message.
    struct Field {
        let number: UInt64
        let value: Value
        let place: ModelError.Place
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    private var place: ModelError.Place { .byte(rest.startIndex) }

    mutating func next() throws(ModelError) -> Field? {
        guard !rest.isEmpty else { return nil }
        let place = place
        let key = try varint()
        return Field(number: key >> 3, value: try value(wireType: key & 7), place: place)
    }

    private mutating func value(wireType: UInt64) throws(ModelError) -> Value {
        switch wireType {
        case 0: .varint(try varint())
        case 1: .fixed64(try fixed())
        case 2: .bytes(try take(try varint()))
        case 5: .fixed32(try fixed())
        default: throw ModelError(.malformed, "wire type \(wireType)", at: place)
        }
    }

    /// At most ten bytes of seven bits.
    private mutating func varint() throws(ModelError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard let byte = rest.popFirst() else { throw endsEarly }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw ModelError(.malformed, "a number of more than ten bytes", at: place)
    }

    private mutating func take(_ count: UInt64) throws(ModelError) -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw endsEarly }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }

    private mutating func fixed<Number: FixedWidthInteger>() throws(ModelError) -> Number {
        let bytes = try take(UInt64(MemoryLayout<Number>.size))
        return bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
    }

    private var endsEarly: ModelError {
        ModelError(.malformed, "a field that goes beyond its message", at: place)
    }
}

extension ProtobufReader.Field {
    func bytes() throws(ModelError) -> ArraySlice<UInt8> {
        guard case .bytes(let bytes) = value else { throw unexpected("bytes") }
        return bytes
    }

    func text() throws(ModelError) -> String {
        let bytes = try bytes()
        try checkCount(bytes.count, max: TreeEnsembleLimits.textSizeMax, "bytes of a text")
        return String(decoding: bytes, as: UTF8.self)
    }

    func integer() throws(ModelError) -> Int {
        guard case .varint(let bits) = value else { throw unexpected("an integer") }
        return Int(truncatingIfNeeded: bits)
    }

    /// Calls `body` for each integer of a packed field, or for the one of a plain field.
    func forEachInteger(_ body: (Int) -> Void) throws(ModelError) {
        guard case .bytes(let packed) = value else { return body(try integer()) }
        // A packed field is the numbers alone: read it as fields of the wire type of a varint.
        var rest = packed[...]
        while !rest.isEmpty {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                guard let byte = rest.popFirst(), shift < 70 else { throw unexpected("integers") }
                value |= UInt64(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            body(Int(truncatingIfNeeded: value))
        }
    }

    /// The float32 numbers of a packed or plain field.
    func floats() throws(ModelError) -> [Float] {
        switch value {
        case .fixed32(let bits): [Float(bitPattern: bits)]
        case .bytes(let bytes): try fixedNumbers(bytes) { Float(bitPattern: $0) }
        default: throw unexpected("float32 numbers")
        }
    }

    /// The float64 numbers of a packed or plain field.
    func doubles() throws(ModelError) -> [Double] {
        switch value {
        case .fixed64(let bits): [Double(bitPattern: bits)]
        case .bytes(let bytes): try fixedNumbers(bytes) { Double(bitPattern: $0) }
        default: throw unexpected("float64 numbers")
        }
    }

    private func fixedNumbers<Bits: FixedWidthInteger, Number>(
        _ bytes: ArraySlice<UInt8>,
        _ convert: (Bits) -> Number
    ) throws(ModelError) -> [Number] {
        let size = MemoryLayout<Bits>.size
        guard bytes.count.isMultiple(of: size) else { throw unexpected("whole numbers") }
        return bytes.withUnsafeBytes { raw in
            stride(from: 0, to: raw.count, by: size).map {
                convert(Bits(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Bits.self)))
            }
        }
    }

    private func unexpected(_ expected: String) -> ModelError {
        ModelError(.malformed, "field \(number) does not hold \(expected)", at: place)
    }
}
