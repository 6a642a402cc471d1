// SPDX-License-Identifier: Apache-2.0

/// Exact conversion between decimal text and integer minor units.
package enum Money {
    /// Reads a decimal number, `[+-]digits[.digits]`, as minor units.
    ///
    /// A value with more fraction digits than the currency is rounded half to even and reported as
    /// not exact (unless the surplus is all zeros). Nil when the text is no such number, is empty,
    /// or does not fit `Int64`. Complexity: one pass, no allocation.
    package static func minorUnits(
        decimal text: UnsafeRawBufferPointer,
        digits: Int
    ) -> (value: Int64, exact: Bool)? {
        var scanner = DecimalScanner(fractionDigits: digits)
        for byte in text { guard scanner.accept(byte) else { return nil } }
        return scanner.finish()
    }

    /// Reads a decimal number as minor units; see `minorUnits(decimal:digits:)`.
    package static func minorUnits(_ text: String, digits: Int) -> (value: Int64, exact: Bool)? {
        var text = text
        return text.withUTF8 { minorUnits(decimal: UnsafeRawBufferPointer($0), digits: digits) }
    }

    /// Writes minor units as decimal text with exactly `digits` fraction digits, byte by byte.
    ///
    /// Complexity: no allocation.
    package static func write(_ minor: Int64, digits: Int, into emit: (UInt8) -> Void) {
        precondition(fractionDigits.contains(digits))
        var reversed = InlineArray<20, UInt8>(repeating: 0)
        var rest = minor.magnitude
        var count = 0
        while rest > 0 || count <= digits {
            reversed[count] = UInt8(rest % 10)
            rest /= 10
            count += 1
        }
        if minor < 0 { emit(UInt8(ascii: "-")) }
        for position in (0..<count).reversed() {
            emit(UInt8(ascii: "0") + reversed[position])
            if position == digits && digits > 0 { emit(UInt8(ascii: ".")) }
        }
    }

    /// Fraction digits money may have: ten to that power fits `Int64`.
    package static let fractionDigits = 0...18

    /// Minor units as decimal text with exactly `digits` fraction digits.
    package static func text(_ minor: Int64, digits: Int) -> String {
        var bytes: [UInt8] = []
        write(minor, digits: digits) { bytes.append($0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
