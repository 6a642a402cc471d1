// SPDX-License-Identifier: Apache-2.0

/// Reads a decimal number byte by byte into an integer scaled by a power of ten.
struct DecimalScanner {
    private let fractionDigits: Int
    private var magnitude: UInt64 = 0
    private var isNegative = false
    private var hasSign = false
    private var hasPoint = false
    private var digitCount = 0
    private var fractionCount = 0
    private var firstDropped: UInt8 = 0
    private var droppedMore = false

    init(fractionDigits: Int) {
        precondition(Money.fractionDigits.contains(fractionDigits))
        self.fractionDigits = fractionDigits
    }

    /// Takes the next byte; false when the text is no decimal number or too large.
    mutating func accept(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): acceptDigit(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "."): acceptPoint()
        case UInt8(ascii: "+"), UInt8(ascii: "-"): acceptSign(byte)
        default: false
        }
    }

    /// The number read, rounded half to even; nil when there was none or it does not fit.
    consuming func finish() -> (value: Int64, exact: Bool)? {
        guard digitCount > 0, !hasPoint || fractionCount > 0 else { return nil }
        for _ in min(fractionCount, fractionDigits)..<fractionDigits {
            guard append(0) else { return nil }
        }
        let exact = firstDropped == 0 && !droppedMore
        let isHalf = firstDropped == 5 && !droppedMore
        if isHalf ? magnitude % 2 == 1 : firstDropped >= 5 { magnitude += 1 }
        guard let value = signed(magnitude) else { return nil }
        return (value, exact)
    }

    private func signed(_ magnitude: UInt64) -> Int64? {
        guard isNegative else { return Int64(exactly: magnitude) }
        return magnitude == Int64.min.magnitude
            ? Int64.min : Int64(exactly: magnitude).map { -$0 }
    }

    private mutating func acceptSign(_ byte: UInt8) -> Bool {
        guard !hasSign, !hasPoint, digitCount == 0 else { return false }
        hasSign = true
        isNegative = byte == UInt8(ascii: "-")
        return true
    }

    private mutating func acceptPoint() -> Bool {
        guard !hasPoint, digitCount > 0 else { return false }
        hasPoint = true
        return true
    }

    private mutating func acceptDigit(_ digit: UInt8) -> Bool {
        digitCount += 1
        guard hasPoint else { return append(digit) }
        fractionCount += 1
        if fractionCount <= fractionDigits { return append(digit) }
        if fractionCount == fractionDigits + 1 {
            firstDropped = digit
        } else if digit != 0 {
            droppedMore = true
        }
        return true
    }

    /// Appends a digit; false past `Int64`, so that rounding up never overflows `UInt64`.
    private mutating func append(_ digit: UInt8) -> Bool {
        guard magnitude <= Int64.max.magnitude / 10 else { return false }
        magnitude = magnitude * 10 + UInt64(digit)
        return true
    }
}
