// SPDX-License-Identifier: Apache-2.0

/// Reads a text line by line, as slices of it.
struct LineReader {
    private let bytes: [UInt8]
    private(set) var position = 0
    /// The line read last, counted from 1.
    private(set) var number = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var place: ModelError.Place { .line(number) }

    /// The next line without its end; nil after the last.
    mutating func next() -> ArraySlice<UInt8>? {
        guard position < bytes.count else { return nil }
        let rest = bytes[position...]
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
        let line = bytes[position..<end]
        position = end + 1
        number += 1
        return line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
}

/// A line `key=value`, or a key alone.
struct KeyedLine {
    let key: String
    let value: ArraySlice<UInt8>
    let place: ModelError.Place

    init(_ line: ArraySlice<UInt8>, at place: ModelError.Place) {
        let end = line.firstIndex(of: UInt8(ascii: "=")) ?? line.endIndex
        key = String(decoding: line[..<end].prefix(TreeEnsembleLimits.textSizeMax), as: UTF8.self)
        value = line[min(end + 1, line.endIndex)...]
        self.place = place
    }

    var text: String { String(decoding: value, as: UTF8.self) }

    func integer() throws(ModelError) -> Int {
        let values = try integers()
        guard values.count == 1 else {
            throw ModelError(.malformed, "expected one integer for \(key)", at: place)
        }
        return values[0]
    }

    func integers() throws(ModelError) -> [Int] {
        try numbers("integers") { $0.integer }
    }

    func doubles() throws(ModelError) -> [Double] {
        try numbers("numbers") { $0.double }
    }

    private func numbers<Value>(
        _ what: String,
        _ convert: (DecimalNumber) -> Value?
    ) throws(ModelError) -> [Value] {
        var values: [Value] = []
        var rest = value
        while true {
            rest = rest.drop { $0 == UInt8(ascii: " ") }
            guard !rest.isEmpty else { return values }
            guard let number = DecimalNumber(prefixOf: rest), let value = convert(number),
                number.bytes.endIndex == rest.endIndex
                    || rest[number.bytes.endIndex] == UInt8(ascii: " ")
            else { throw ModelError(.malformed, "expected \(what) for \(key)", at: place) }
            values.append(value)
            rest = rest[number.bytes.endIndex...]
        }
    }
}
