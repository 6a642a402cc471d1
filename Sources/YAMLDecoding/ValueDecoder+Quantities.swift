// SPDX-License-Identifier: Apache-2.0

extension ValueDecoder where Value == UInt64 {
    /// A duration such as `300us`, `50ms`, `2s`, `10m`, `6h` or `28d`, in nanoseconds.
    package static func nanoseconds(in range: ClosedRange<Duration>) -> ValueDecoder {
        ValueDecoder<Duration>.duration(in: range).map { duration, _, _ in duration.nanoseconds }
    }
}

extension ValueDecoder where Value == Duration {
    /// A duration such as `300us`, `50ms`, `2s`, `10m`, `6h` or `28d`.
    package static func duration(in range: ClosedRange<Duration>) -> ValueDecoder {
        let bounds =
            "from \(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound))"
        return scalar("a duration \(bounds)") { text throws(ScalarFault) in
            let value = try Quantity.parse(text, units: DurationText.units, help: DurationText.help)
            guard let value, range.contains(.nanoseconds(value)) else { throw .outOfRange }
            return .nanoseconds(value)
        }
    }
}

extension ValueDecoder where Value == Int {
    /// A size such as `512`, `64KiB`, `8MiB` or `1GiB`, in bytes.
    package static func byteSize(in range: ClosedRange<Int>) -> ValueDecoder {
        let bounds =
            "from \(ByteSizeText.text(range.lowerBound)) to \(ByteSizeText.text(range.upperBound))"
        return scalar("a size in bytes \(bounds)") { text throws(ScalarFault) in
            let value = try Quantity.parse(text, units: ByteSizeText.units, help: ByteSizeText.help)
            guard let value, range.contains(value) else { throw .outOfRange }
            return value
        }
    }

    /// A share as `5000` (basis points) or `50%`, in basis points.
    package static func basisPoints(in range: ClosedRange<Int> = 0...10_000) -> ValueDecoder {
        let bounds = "from \(range.lowerBound) to \(range.upperBound)"
        return scalar("basis points \(bounds), or a percentage") { text throws(ScalarFault) in
            guard let value = try BasisPoints.parse(text), range.contains(value) else {
                throw .outOfRange
            }
            return value
        }
    }
}

/// A whole number followed by a unit.
enum Quantity {
    /// The number times its unit; nil when that does not fit an `Int`.
    static func parse(
        _ text: String,
        units: KeyValuePairs<String, Int>,
        help: String
    ) throws(ScalarFault) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = String(text.dropFirst(digits.count))
        guard !digits.isEmpty, let unit = units.first(where: { $0.key == suffix })?.value else {
            throw .malformed(help: help)
        }
        guard let number = try WholeNumber.parse(digits) else { return nil }
        let (product, overflows) = number.multipliedReportingOverflow(by: unit)
        return overflows ? nil : product
    }

    /// The number in the largest unit that divides it.
    static func text(_ value: Int, units: KeyValuePairs<String, Int>) -> String {
        let unit = units.reversed().first { value != 0 && value % $0.value == 0 } ?? units[0]
        return "\(value / unit.value)\(unit.key)"
    }
}

/// Durations as configuration writes them.
package enum DurationText {
    static let help = "write a whole number and a unit: ns, us, ms, s, m, h or d"
    static let units: KeyValuePairs = [
        "ns": 1, "us": 1000, "ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000,
        "h": 3_600_000_000_000, "d": 86_400_000_000_000,
    ]

    /// The duration of a text such as `50ms`; nil for anything else.
    package static func duration(_ text: String) -> Duration? {
        let value = try? Quantity.parse(text, units: units, help: help)
        return value.flatMap { $0 }.map { .nanoseconds($0) }
    }

    /// The duration in the largest unit that divides it, such as `50ms`.
    package static func text(_ duration: Duration) -> String {
        Quantity.text(Int(duration.nanoseconds), units: units)
    }
}

/// Sizes as configuration writes them.
enum ByteSizeText {
    static let help = "write a whole number of bytes, or one with KiB, MiB or GiB"
    static let units: KeyValuePairs = [
        "": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
    ]

    static func text(_ value: Int) -> String { Quantity.text(value, units: units) }
}

/// Hundredths of a percent.
enum BasisPoints {
    /// Nil when the digits do not fit an `Int`.
    static func parse(_ text: String) throws(ScalarFault) -> Int? {
        guard text.hasSuffix("%") else { return try WholeNumber.parse(text) }
        let parts = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 1 || (parts.count == 2 && (1...2).contains(parts[1].count)) else {
            throw .malformed(help: "a percentage has at most two decimals")
        }
        guard let whole = try WholeNumber.parse(parts[0]) else { return nil }
        guard parts.count == 2 else { return scaled(whole, 0) }
        guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), whole >= 0 else {
            throw .malformed()
        }
        return scaled(whole, Int(parts[1] + (parts[1].count == 1 ? "0" : "")) ?? 0)
    }

    private static func scaled(_ whole: Int, _ hundredths: Int) -> Int? {
        let (product, overflows) = whole.multipliedReportingOverflow(by: 100)
        return overflows ? nil : product.addingReportingOverflow(hundredths).partialValue
    }
}

extension Duration {
    /// Whole nanoseconds of a duration that is not negative and under 292 years.
    package var nanoseconds: UInt64 {
        UInt64(components.seconds) * 1_000_000_000 + UInt64(components.attoseconds / 1_000_000_000)
    }
}
