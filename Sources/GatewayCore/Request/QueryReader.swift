// SPDX-License-Identifier: Apache-2.0

/// Reads `name=value` pairs of a URL query in place (WHATWG URL, application/x-www-form-urlencoded).
struct QueryReader {
    /// Why a query cannot be read.
    enum Fault: Error {
        /// A `%` is not followed by two hexadecimal digits.
        case badEscape
    }

    private var rest: UnsafeRawBufferPointer

    init(_ query: UnsafeRawBufferPointer) {
        rest = query
    }

    /// The next pair with its value still encoded; nil at the end.
    ///
    /// Empty pairs are passed over.
    mutating func next() -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
        while !rest.isEmpty {
            let pair = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(pair.count + 1))
            guard !pair.isEmpty else { continue }
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            return (
                UnsafeRawBufferPointer(rebasing: name),
                UnsafeRawBufferPointer(rebasing: pair.dropFirst(name.count + 1))
            )
        }
        return nil
    }

    /// Decodes `%41` and `+` into `destination`, which must hold `value.count` bytes.
    ///
    /// - Returns: the bytes written.
    /// - Throws: `Fault.badEscape`.
    static func decode(
        _ value: UnsafeRawBufferPointer,
        into destination: UnsafeMutableRawPointer
    ) throws(Fault) -> Int {
        var read = 0
        var written = 0
        while read < value.count {
            var byte = value[read]
            if byte == UInt8(ascii: "%") {
                guard read + 2 < value.count, let high = hexadecimalValue(of: value[read + 1]),
                    let low = hexadecimalValue(of: value[read + 2])
                else { throw .badEscape }
                byte = high << 4 | low
                read += 2
            } else if byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            }
            destination.storeBytes(of: byte, toByteOffset: written, as: UInt8.self)
            read += 1
            written += 1
        }
        return written
    }
}
