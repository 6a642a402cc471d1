// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Foundation
import Testing

@Suite struct MoneyTests {
    static let table: [(String, Int, Int64?, Bool)] = [
        ("2.55", 2, 255, true), ("2.5", 2, 250, true), ("2", 2, 200, true), ("0", 0, 0, true),
        ("-2.55", 2, -255, true), ("+1.00", 2, 100, true), ("-0.00", 2, 0, true),
        ("2.5500", 2, 255, true), ("2.555", 2, 256, false), ("2.545", 2, 254, false),
        ("2.5451", 2, 255, false), ("0.005", 2, 0, false), ("0.015", 2, 2, false),
        ("-0.015", 2, -2, false), ("1.4", 0, 1, false), ("1.5", 0, 2, false), ("2.5", 0, 2, false),
        ("1.2345", 3, 1234, false), ("000123.40", 2, 12340, true),
        ("92233720368547758.07", 2, Int64.max, true), ("92233720368547758.08", 2, nil, true),
        ("-92233720368547758.08", 2, Int64.min, true), ("9223372036854775807", 0, Int64.max, true),
        ("9223372036854775807.5", 0, nil, true), ("99999999999999999999", 0, nil, true),
        ("", 2, nil, true), ("-", 2, nil, true), (".", 2, nil, true), (".5", 2, nil, true),
        ("5.", 2, nil, true), ("1.2.3", 2, nil, true), ("1-2", 2, nil, true),
        ("--1", 2, nil, true), ("1e3", 2, nil, true), (" 1", 2, nil, true), ("1,5", 2, nil, true),
        ("NaN", 2, nil, true), ("0x10", 2, nil, true),
    ]

    @Test(arguments: table)
    func readsDecimals(text: String, digits: Int, value: Int64?, exact: Bool) {
        let read = Money.minorUnits(text, digits: digits)
        #expect(read?.value == value)
        if value != nil { #expect(read?.exact == exact) }
    }

    @Test(
        arguments: [
            (0, 0, "0"), (0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (255, 2, "2.55"),
            (1500, 0, "1500"), (1, 3, "0.001"), (Int64.max, 2, "92233720368547758.07"),
            (Int64.min, 2, "-92233720368547758.08"), (Int64.min, 0, "-9223372036854775808"),
            (Int64.min, 18, "-9.223372036854775808"),
        ] as [(Int64, Int, String)]
    )
    func writesDecimals(minor: Int64, digits: Int, text: String) {
        #expect(Money.text(minor, digits: digits) == text)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func agreesWithDecimalArithmetic(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let digits = Int.random(in: 0...4, using: &random)
            let text = Self.randomDecimal(using: &random)
            var scaled = try #require(Decimal(string: text)) * pow(10, digits)
            var rounded = Decimal()
            NSDecimalRound(&rounded, &scaled, 0, .bankers)
            let read = try #require(Money.minorUnits(text, digits: digits), "seed \(seed) \(text)")
            #expect(Decimal(read.value) == rounded, "seed \(seed): \(text) with \(digits) digits")
            #expect(read.exact == (rounded == scaled), "seed \(seed): \(text)")
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func readsBackWhatItWrites(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let digits = Int.random(in: Money.fractionDigits, using: &random)
            let shift = Int.random(in: 0..<64, using: &random)
            let minor = Int64(truncatingIfNeeded: random.next()) >> shift
            let text = Money.text(minor, digits: digits)
            let read = try #require(Money.minorUnits(text, digits: digits))
            #expect(read == (minor, true), "seed \(seed): \(text)")
        }
    }

    private static func randomDecimal(using random: inout SeededGenerator) -> String {
        let sign = ["", "-", "+"].randomElement(using: &random)!
        let whole = random.next() >> UInt64.random(in: 20...63, using: &random)
        let fraction = (0..<Int.random(in: 0...7, using: &random)).map { _ in
            ["0", "1", "4", "5", "9"].randomElement(using: &random)!
        }
        return sign + "\(whole)" + (fraction.isEmpty ? "" : "." + fraction.joined())
    }
}

@Suite struct CurrencyTests {
    @Test(arguments: [
        ("GBP", 2), ("USD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("TND", 3), ("ISK", 0),
    ])
    func knowsTheMinorUnits(code: String, digits: Int) {
        #expect(Currency.digits(of: code) == digits)
    }

    @Test(arguments: ["", "gbp", "XXX", "GB", "POUND"])
    func refusesWhatIsNoCurrency(code: String) {
        #expect(Currency.digits(of: code) == nil)
    }
}
