// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SnapshotBuilder

private struct Collector: HistoryVisitor {
    var lines: [HistoryLine] = []

    mutating func visit(
        _ line: HistoryLine,
        title: UnsafeRawBufferPointer,
        country: UnsafeRawBufferPointer
    ) {
        lines.append(line)
    }
}

@Suite struct HistoryReaderTests {
    private static let rules = HistoryRules(
        cancellationPrefix: Array("C".utf8),
        adjustmentPrefixes: [Array("A".utf8)],
        nonProducts: ["POST", "GIFT_*"].map { Array($0.utf8) },
        customerSuffix: Array(".0".utf8),
        malformedRowsMaximum: 100
    )

    private func read(_ rows: String, rules: HistoryRules = rules) throws -> (
        HistoryReader, [HistoryLine]
    ) {
        let folder = try TemporaryFolder()
        let path = try folder.write(header + rows, to: "orders.csv")
        var records = try CSVReader(ReadAhead(try ByteStream(path: path)), columns: namedColumns)
        var history = HistoryReader(.init(rules: rules, currencyDigits: 2, timeZone: .gmt))
        var collector = Collector()
        try history.read(&records, into: &collector, progress: { _ in })
        return (history, collector.lines)
    }

    static let verdicts: [(String, DropReason?)] = [
        ("1,P1,Mug,6,2011-01-01,2.55,17850.0,UK", nil),
        ("C1,P1,Mug,-6,2011-01-01,2.55,17850.0,UK", nil),
        ("1,P1,Mug,-6,2011-01-01,2.55,,UK", nil),
        ("C1,P1,Mug,6,2011-01-01,2.55,,UK", .positiveCancellation),
        ("C1,P1,Mug,-6,2011-01-01,0,,UK", nil),
        ("A1,P1,debt,1,2011-01-01,11062.06,,UK", .adjustment),
        ("A1,POST,debt,1,2011-01-01,-11062.06,,UK", .adjustment),
        ("1,POST,Postage,1,2011-01-01,18.00,,UK", .nonProduct),
        ("1,post,Postage,1,2011-01-01,18.00,,UK", .nonProduct),
        ("1,gift_0001_20,Voucher,1,2011-01-01,16.67,,UK", .nonProduct),
        ("1,POSTER,Poster,1,2011-01-01,2,,UK", nil),
        ("1,P1,Mug,0,2011-01-01,2.55,,UK", .zeroQuantity),
        ("1,P1,damages,-10,2011-01-01,0,,UK", .stockCorrection),
        ("1,P1,damages,-10,2011-01-01,-1,,UK", .stockCorrection),
        ("1,P1,Mug,1,2011-01-01,0.0,,UK", .zeroPrice),
        ("1,P1,Mug,1,2011-01-01,0.001,,UK", .zeroPrice),
        ("1,P1,Mug,1,2011-01-01,-2.55,,UK", .negativePrice),
        (",P1,Mug,1,2011-01-01,2.55,,UK", .malformed),
        ("1, ,Mug,1,2011-01-01,2.55,,UK", .malformed),
        ("1,P1,Mug,six,2011-01-01,2.55,,UK", .malformed),
        ("1,P1,Mug,1,01/12/2010,2.55,,UK", .malformed),
        ("1,P1,Mug,1,2011-01-01,2;55,,UK", .malformed),
        ("1,P1,Mug,1,2011-01-01,99999999999999999999,,UK", .malformed),
        ("1,P1,Mug,1,2011-01-01,-92233720368547758.08,,UK", .malformed),
        ("1,P1,Mug,99999999999,2011-01-01,1,,UK", .malformed),
        ("1,P1,Mug,1", .malformed),
    ]

    @Test(arguments: verdicts) func sortsRows(_ row: String, _ reason: DropReason?) throws {
        let (history, lines) = try read(row + "\n")
        #expect(history.tally.rows == 1)
        #expect(lines.isEmpty == (reason != nil))
        for candidate in DropReason.allCases {
            #expect(history.tally[candidate] == (candidate == reason ? 1 : 0), "\(candidate)")
        }
    }

    @Test func countsEveryRowOnce() throws {
        let (history, lines) = try read(Self.verdicts.map { $0.0 + "\n" }.joined())
        let dropped = DropReason.allCases.reduce(0) { $0 + history.tally[$1] }
        #expect(history.tally.rows == Self.verdicts.count)
        #expect(history.tally.sales + history.tally.refunds == lines.count)
        #expect(history.tally.rows == lines.count + dropped)
    }

    @Test func readsCodesAsUpperCaseAndCustomersWithoutSuffix() throws {
        let (history, lines) = try read(
            """
            1,85123a,Heart,1,2011-01-01,2.55,17850.0,UK
            2, 85123A ,Heart,1,2011-01-02,2.55,17850,UK
            """
        )
        #expect(lines.map(\.product) == [0, 0])
        #expect(lines.map(\.customer) == [0, 0])
        #expect(history.products.key(0).elementsEqual("85123A".utf8))
        #expect(history.customers.key(0).elementsEqual("17850".utf8))
    }

    @Test func dropsRepeatsWithinAnOrderOnly() throws {
        let row = "P1,Mug,6,2011-01-01,2.55,7,UK\n"
        let (history, lines) = try read(
            "1," + row + "1,P2,Cup,6,2011-01-01,2.55,7,UK\n" + "1," + row + "2," + row
                + "2,P1,Mug,7,2011-01-01,2.55,7,UK\n"
        )
        #expect(history.tally[.repeated] == 1)
        #expect(lines.map(\.order) == [0, 0, 1, 1])
    }

    @Test func keepsRefundsAsPositiveQuantities() throws {
        let (_, lines) = try read("C1,P1,Mug,-6,2011-01-01,2.55,7,UK\n")
        #expect(lines.first?.kind == .refund)
        #expect(lines.first?.quantity == 6)
        #expect(lines.first?.unitPrice == 255)
    }

    @Test func countsRoundedPrices() throws {
        let (history, lines) = try read("1,P1,Mug,1,2011-01-01,2.555,7,UK\n")
        #expect(history.tally.roundedPrices == 1)
        #expect(lines.first?.unitPrice == 256)
    }

    @Test func stopsAtTheFirstMalformedRowUnlessTheRulesAllowIt() throws {
        var strict = Self.rules
        strict.malformedRowsMaximum = 0
        let rows = "1,P1,Mug,1,2011-01-01,2.55,7,UK\n1,P2,Cup,x,2011-01-01,2.55,7,UK\n"
        let error = #expect(throws: BuildError.self) { try read(rows, rules: strict) }
        #expect(error?.line == 3)
        #expect(
            error?.message
                == "quantity is \"x\", expected a whole number of at most 2147483647 units"
        )
        let (history, _) = try read(rows)
        #expect(history.tally.malformedRows.count == 1)
    }
}
