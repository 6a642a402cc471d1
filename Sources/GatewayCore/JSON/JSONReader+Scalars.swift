// SPDX-License-Identifier: Apache-2.0

import Glibc

extension JSONReader {
    /// Reads a string.
    package mutating func string() throws(JSONError) -> JSONString {
        try expect(.string, else: .notAString)
        return try scanString()
    }

    /// Reads `true` or `false`.
    package mutating func boolean() throws(JSONError) -> Bool {
        try expect(.boolean, else: .notABoolean)
        let value = nextByte == UInt8(ascii: "t")
        try scan(value ? "true" : "false")
        return value
    }

    /// Steps over `null`; `false` when the next value is something else, which stays unread.
    package mutating func null() throws(JSONError) -> Bool {
        guard try nextKind() == .null else { return false }
        try scan("null")
        return true
    }

    private mutating func scan(_ literal: StaticString) throws(JSONError) {
        for byte in literal.bytes {
            guard nextByte == byte else { throw unexpected() }
            position &+= 1
        }
    }
}

// MARK: - Numbers

extension JSONReader {
    /// Bytes of a number that is converted to a double: the longest exact double has 767 digits,
    /// but no client writes more than 25.
    private static let doubleBytesMax = 127

    /// Reads an exact 64-bit integer.
    ///
    /// `1.0` and `1e2` are refused as `notAnInteger`, even though they stand for whole numbers: an
    /// exact field has one spelling, and nothing here goes through a double.
    package mutating func int64() throws(JSONError) -> Int64 {
        try expect(.number, else: .notAnInteger)
        let start = position
        let (digits, isInteger) = try scanNumber()
        guard isInteger else { throw JSONError(.notAnInteger, at: start) }
        let isNegative = digits[0] == UInt8(ascii: "-")
        var value: Int64 = 0
        for byte in digits.dropFirst(isNegative ? 1 : 0) {
            let digit = Int64(byte &- UInt8(ascii: "0"))
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (next, carry) =
                isNegative
                ? shifted.subtractingReportingOverflow(digit)
                : shifted.addingReportingOverflow(digit)
            guard !overflow && !carry else { throw JSONError(.integerOutOfRange, at: start) }
            value = next
        }
        return value
    }

    /// Reads a number and returns its spelling, such as `-1.5e3`.
    package mutating func number() throws(JSONError) -> UnsafeRawBufferPointer {
        try expect(.number, else: .notANumber)
        return try scanNumber().digits
    }

    /// Reads a number as the nearest double.
    package mutating func double() throws(JSONError) -> Double {
        let start = position
        let digits = try number()
        guard digits.count <= Self.doubleBytesMax else {
            throw JSONError(.numberOutOfRange, at: start)
        }
        let value = withUnsafeTemporaryAllocation(byteCount: digits.count + 1, alignment: 1) {
            $0.copyMemory(from: digits)
            $0[digits.count] = 0
            return $0.withMemoryRebound(to: CChar.self) { $0.baseAddress.map { strtod($0, nil) } }
        }
        guard let value, value.isFinite else { throw JSONError(.numberOutOfRange, at: start) }
        return value
    }

    private mutating func scanNumber() throws(JSONError) -> (
        digits: UnsafeRawBufferPointer, isInteger: Bool
    ) {
        let start = position
        var isInteger = true
        if nextByte == UInt8(ascii: "-") { position &+= 1 }
        try scanWholeDigits()
        if nextByte == UInt8(ascii: ".") {
            isInteger = false
            position &+= 1
            try scanDigits()
        }
        if nextByte | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position &+= 1
            if nextByte == UInt8(ascii: "+") || nextByte == UInt8(ascii: "-") { position &+= 1 }
            try scanDigits()
        }
        return (document[ByteRange(start, position)], isInteger)
    }

    /// Digits without a leading zero: what follows a zero is left to the caller, who finds it out
    /// of place.
    private mutating func scanWholeDigits() throws(JSONError) {
        if nextByte == UInt8(ascii: "0") { position &+= 1 } else { try scanDigits() }
    }

    private mutating func scanDigits() throws(JSONError) {
        guard isDigit(nextByte) else { throw unexpected() }
        while isDigit(nextByte) { position &+= 1 }
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
