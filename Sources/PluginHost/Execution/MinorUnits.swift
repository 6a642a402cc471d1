// SPDX-License-Identifier: Apache-2.0

/// From a number a model computed to money.
enum MinorUnits {
    /// Powers of ten for the currencies' digits; ISO 4217 knows 0 to 4.
    private static func scale(digits: UInt32) -> UInt64? {
        switch digits {
        case 0: 1
        case 1: 10
        case 2: 100
        case 3: 1_000
        case 4: 10_000
        default: nil
        }
    }

    /// The exact value of `price` times 10^digits, rounded half to even.
    ///
    /// Works on the significand in integers, so no product is rounded before the one rounding:
    /// 2.675, which is a little less in binary, becomes 2.67, and 0.125 becomes 0.12.
    static func rounded(_ price: Double, digits: UInt32) throws(ReplyFault) -> Int64 {
        guard price.isFinite else { throw .notFinite }
        guard price >= 0 else { throw .negative }
        guard let scale = scale(digits: digits) else { throw .malformed }
        guard price > 0 else { return 0 }
        let (significand, exponent) = price.wholeSignificandAndExponent
        let scaled = UInt128(significand) * UInt128(scale)
        return exponent >= 0
            ? try shiftedLeft(scaled, by: exponent) : try shiftedRight(scaled, by: -exponent)
    }

    private static func shiftedLeft(_ value: UInt128, by bits: Int) throws(ReplyFault) -> Int64 {
        guard bits < value.leadingZeroBitCount else { throw .overflow }
        return try fitting(value << bits)
    }

    private static func shiftedRight(_ value: UInt128, by bits: Int) throws(ReplyFault) -> Int64 {
        // The value is below 2^67: shifted further it is below a half.
        guard bits < 100 else { return 0 }
        let quotient = value >> bits
        let rest = value - quotient << bits
        let half = UInt128(1) << (bits - 1)
        let roundsUp = rest > half || (rest == half && quotient & 1 == 1)
        return try fitting(quotient + (roundsUp ? 1 : 0))
    }

    private static func fitting(_ value: UInt128) throws(ReplyFault) -> Int64 {
        guard let minor = Int64(exactly: value) else { throw .overflow }
        return minor
    }
}

extension Double {
    /// A whole number below 2^53 and the power of two that make the value.
    ///
    /// Finite values only.
    fileprivate var wholeSignificandAndExponent: (UInt64, Int) {
        let bits = Self.significandBitCount
        let exponent = max(Int(exponentBitPattern), 1) - 1023 - bits
        let implicitBit: UInt64 = isNormal ? 1 << bits : 0
        return (significandBitPattern | implicitBit, exponent)
    }
}
