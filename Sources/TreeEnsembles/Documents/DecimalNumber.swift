// SPDX-License-Identifier: Apache-2.0

/// A decimal number as a file spells it, rounded once to the width it is asked for.
struct DecimalNumber {
    /// Integers up to here are float64 exactly, and so are the powers of ten up to 10²².
    private static let exactSignificandMax: UInt64 = 1 << 53
    /// Beyond every float64 with 19 digits; larger exponents are taken for this.
    private static let exponentMax = 100_000
    private static let powersOfTen: [Double] = (0...22).map { power in
        (0..<power).reduce(1.0) { product, _ in product * 10 }
    }

    /// What of the text is the number.
    private(set) var bytes: ArraySlice<UInt8>
    private var isNegative = false
    private var significand: UInt64 = 0
    private var exponent = 0
    private var isCut = false
    private(set) var isInteger = true

    /// Reads the longest number the bytes begin with; nil if they begin with none.
    ///
    /// What JSON takes and the spellings of C: `+1`, `1.`, `.5`, `nan`, `inf` and `Infinity` with signs.
    init?(prefixOf text: ArraySlice<UInt8>) {
        bytes = text
        var position = text.startIndex
        let end = text.endIndex
        if position < end,
            text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+")
        {
            isNegative = text[position] == UInt8(ascii: "-")
            position += 1
        }
        let digits = position
        var digitCount = 0
        var fractionStart: Int?
        while position < end {
            let digit = text[position] &- UInt8(ascii: "0")
            if digit <= 9 {
                digitCount += 1
                take(digit, isFraction: fractionStart != nil)
            } else if text[position] == UInt8(ascii: "."), fractionStart == nil {
                fractionStart = position
            } else {
                break
            }
            position += 1
        }
        guard digitCount > 0 else {
            guard let length = Self.lengthOfWord(text[digits...]) else { return nil }
            bytes = text[..<(digits + length)]
            isInteger = false
            isCut = true
            return
        }
        isInteger = fractionStart == nil
        bytes = text[..<readExponent(text, at: position)]
    }

    private mutating func take(_ digit: UInt8, isFraction: Bool) {
        // Another digit still fits into 64 bits.
        if significand < 1_000_000_000_000_000_000 {
            significand = significand * 10 + UInt64(digit)
            if isFraction { exponent -= 1 }
        } else {
            isCut = true
        }
    }

    /// Where the number ends.
    private mutating func readExponent(_ text: ArraySlice<UInt8>, at start: Int) -> Int {
        var position = start
        guard position < text.endIndex, text[position] | 0x20 == UInt8(ascii: "e") else {
            return start
        }
        position += 1
        var isNegative = false
        if position < text.endIndex,
            text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+")
        {
            isNegative = text[position] == UInt8(ascii: "-")
            position += 1
        }
        let digits = position
        var value = 0
        while position < text.endIndex, case let digit = text[position] &- 48, digit <= 9 {
            value = min(value * 10 + Int(digit), Self.exponentMax)
            position += 1
        }
        guard position > digits else { return start }
        exponent += isNegative ? -value : value
        isInteger = false
        return position
    }

    private static func lengthOfWord(_ text: ArraySlice<UInt8>) -> Int? {
        ["infinity", "inf", "nan"].first { word in
            text.count >= word.utf8.count && zip(text, word.utf8).allSatisfy { $0 | 0x20 == $1 }
        }?.utf8.count
    }

    /// The number as an integer; nil if it has a fraction or does not fit.
    var integer: Int? {
        guard isInteger else { return nil }
        return isCut || bytes.first == UInt8(ascii: "+")
            ? Int(text) : signed(Int(exactly: significand))
    }

    private func signed(_ magnitude: Int?) -> Int? { magnitude.map { isNegative ? -$0 : $0 } }

    /// The float64 nearest to the number.
    var double: Double { fastDouble ?? Double(text) ?? .nan }

    /// The float32 nearest to the number, rounded from the decimal digits and not from a float64.
    var float: Float {
        guard let double = fastDouble, isSafeToNarrow(double) else { return Float(text) ?? .nan }
        return Float(double)
    }

    private var text: String { String(decoding: bytes, as: UTF8.self) }

    /// One exact product or quotient of exact factors is the nearest float64 (Clinger 1990).
    private var fastDouble: Double? {
        guard !isCut, significand <= Self.exactSignificandMax, abs(exponent) <= 22 else {
            return nil
        }
        let magnitude = Double(significand)
        let scaled =
            exponent < 0
            ? magnitude / Self.powersOfTen[-exponent] : magnitude * Self.powersOfTen[exponent]
        return isNegative ? -scaled : scaled
    }

    /// Rounding twice differs from rounding once only if the first result lies just between two float32.
    private func isSafeToNarrow(_ double: Double) -> Bool {
        let magnitude = abs(double)
        guard magnitude != 0 else { return true }
        return magnitude >= 1e-37 && magnitude <= 1e38
            && double.bitPattern & 0x1FFF_FFFF != 0x1000_0000
    }
}
