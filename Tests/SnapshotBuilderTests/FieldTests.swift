// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import SnapshotBuilder

@Suite struct FieldTests {
    @Test(
        arguments: [
            ("2011-12-09 12:50:00", 1_323_435_000),
            ("2011-12-09T12:50:00", 1_323_435_000),
            ("2011-12-09 12:50", 1_323_435_000),
            ("2011-12-09T12:50:00.123Z", 1_323_435_000),
            ("2011-12-09T13:50:00+01:00", 1_323_435_000),
            ("2011-12-09T12:20:00-0030", 1_323_435_000),
            ("2011-12-09", 1_323_388_800),
            // Summer time, and the hours around both changes.
            ("2011-07-01 12:00:00", 1_309_518_000),
            ("2011-03-27 00:59:59", 1_301_187_599),
            ("2011-03-27 02:00:00", 1_301_187_600),
            ("2011-10-30 00:59:59", 1_319_932_799),
            ("2011-10-30 02:00:00", 1_319_940_000),
            ("1969-12-31 23:59:59", -3601),
            ("2000-02-29 00:00:00", 951_782_400),
        ] as [(String, Int64)]
    )
    func readsTimes(_ text: String, _ seconds: Int64) throws {
        let london = try #require(TimeZone(identifier: "Europe/London"))
        #expect(parse(text, london) == seconds)
    }

    @Test(arguments: [
        "", "2011", "2011-13-01", "2011-02-29", "2011-00-10", "2011-01-00", "2011-01-01 24:00",
        "2011-01-01 10:60", "2011-01-01 10", "2011-01-01 10:00:00 x", "01/02/2011", "2011-01-01T",
        "2011-01-01 10:00:00+1", String(repeating: "2", count: 100),
    ])
    func refusesTimes(_ text: String) {
        #expect(parse(text, .gmt) == nil)
    }

    @Test(
        arguments: [
            ("0", 0), ("12", 12), ("-3", -3), ("+7", 7), ("007", 7),
            ("999999999999999999", 999_999_999_999_999_999), ("", nil), ("-", nil), ("1.5", nil),
            ("12a", nil), ("1 2", nil), ("9999999999999999999", nil),
        ] as [(String, Int64?)]
    )
    func readsWholeNumbers(_ text: String, _ value: Int64?) {
        let read = Array(text.utf8).withUnsafeBytes { FieldText.integer($0) }
        #expect(read == value)
    }

    @Test(arguments: [(0, ""), (1, ""), (2, "é"), (3, "éa"), (9, "éa")])
    func cutsBetweenCharacters(_ count: Int, _ expected: String) {
        Array("éa".utf8).withUnsafeBytes { bytes in
            #expect(String(decoding: FieldText.prefix(bytes, count), as: UTF8.self) == expected)
        }
    }

    private func parse(_ text: String, _ zone: TimeZone) -> Int64? {
        var parser = TimestampParser(timeZone: zone)
        return Array(text.utf8).withUnsafeBytes { parser.parse($0) }
    }
}
