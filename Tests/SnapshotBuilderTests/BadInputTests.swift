// SPDX-License-Identifier: Apache-2.0

import FeatureSnapshots
import Foundation
import Testing
import YAMLDecoding

@testable import SnapshotBuilder

@Suite struct BadInputTests {
    private static let row = "1,P1,Mug,1,2011-01-01,2.55,7,UK\n"

    struct Case: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let message: String
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ message: String) {
            self.name = name
            self.bytes = bytes
            self.message = message
        }
    }

    static let cases: [Case] = [
        Case("empty", [], "orders.csv: the file is empty"),
        Case("only a line feed", [0x0a], "orders.csv: the file holds no rows"),
        Case(
            "header alone",
            Array(header.utf8),
            "orders.csv: none of its 0 rows is a sale; see `rules`"
        ),
        Case(
            "wrong columns",
            Array("a,b\n1,2\n".utf8),
            "orders.csv:1: no column \"order\" (order); the header has \"a\", \"b\""
        ),
        Case(
            "binary junk",
            (0..<5000).map { UInt8(truncatingIfNeeded: $0 * 167) & 0x7f },
            "orders.csv:1: the header holds a NUL byte"
        ),
        Case(
            "cut in the middle of a row",
            Array((header + row + "1,P2,Cu").utf8),
            "orders.csv:3: the row has 3 fields, the header has 8"
        ),
        Case(
            "cut in the middle of gzip",
            gzip(Array((header + String(repeating: row, count: 5000)).utf8)).dropLast(40),
            "orders.csv: truncated: the gzip stream does not end in its "
        ),
        Case(
            "a bad time",
            Array((header + row + "2,P1,Mug,1,yesterday,2.55,7,UK\n").utf8),
            "orders.csv:3: time is \"yesterday\", expected a time such as 2011-12-09 12:50:00"
        ),
    ]

    @Test(arguments: cases) func namesFileAndPlace(_ test: Case) throws {
        let folder = try TemporaryFolder()
        try folder.write(test.bytes, to: "orders.csv")
        let error = try failure(folder, input: "orders.csv")
        #expect(error.hasPrefix(folder.path + "/" + test.message), "\(error)")
        #expect(try folder.store.list().isEmpty)
    }

    @Test func namesAMissingFileAndADirectory() throws {
        let folder = try TemporaryFolder()
        let place = folder.path
        #expect(try failure(folder, input: "none.csv") == "\(place)/none.csv: no such file")
        #expect(
            try failure(folder, input: "none.csv, nor.csv")
                == "\(place)/none.csv: no such file, nor \(place)/nor.csv"
        )
        try FileManager.default.createDirectory(
            atPath: place + "/folder.csv",
            withIntermediateDirectories: false
        )
        #expect(
            try failure(folder, input: "folder.csv")
                == "\(place)/folder.csv: is a directory, expected a CSV or JSON-lines file"
        )
        try folder.write(header + Self.row, to: "orders.txt")
        #expect(
            try failure(folder, input: "orders.txt").contains("ends in .csv, .jsonl or .ndjson")
        )
    }

    @Test(arguments: [
        "1,P2,Mug,1,2011-01-01,2.55,7,UK\n", "1,P1,Mug,1,2011-01-01,2.55,8,UK\n",
        "1,P1,Mug,1,2012-01-01,2.55,7,UK\n", "", row + row,
    ])
    func noticesAnInputThatChangesBetweenTheReadings(_ second: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(header + Self.row, to: "orders.csv")
        let source = try folder.write(sourceText(input: "orders.csv"), to: "source.yaml")
        let error = #expect(throws: BuildError.self) {
            try SnapshotBuild.run(source: source, store: folder.store) { progress in
                guard progress.phase == .survey else { return }
                _ = try? folder.write(header + second, to: "orders.csv")
            }
        }
        #expect(error?.message == "changed while it was read")
        #expect(try folder.store.list().isEmpty)
    }

    @Test func anEarlierSnapshotSurvivesAFailedBuild() throws {
        let folder = try TemporaryFolder()
        let (report, _) = try build(header + Self.row, in: folder)
        _ = try failure(folder, input: "none.csv")
        #expect(try folder.store.list().map(\.id) == [report.snapshot])
    }

    @Test func theSourceFileIsCheckedAtOnceWithPlaces() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            """
            input: { paths: [orders.csv], formt: csv }
            currency: POUND
            time_zone: Atlantis
            columns: { order: o, product: p, quantity: q, time: t }
            rules: { malformed_rows: -1 }
            features:
              windows_days: [28, 7]
              neighbours: { maximum: 51 }
              tiers: many

            """,
            to: "source.yaml"
        )
        let error = #expect(throws: DiagnosticReport.self) {
            try SnapshotBuild.run(source: path, store: folder.store)
        }
        let text = try #require(error).description
        for part in [
            "source.yaml:1:31", "did you mean `format`?", "source.yaml:2:11", "ISO 4217",
            "source.yaml:3:12", "time zone", "needs the key `unit_price`", "source.yaml:5:26",
            "source.yaml:7:17", "ascending", "source.yaml:8:26", "source.yaml:9:10",
        ] {
            #expect(text.contains(part), "\(part) in\n\(text)")
        }
    }

    private func failure(_ folder: TemporaryFolder, input: String) throws -> String {
        let source = try folder.write(sourceText(input: input), to: "source.yaml")
        let error = #expect(throws: BuildError.self) {
            try SnapshotBuild.run(source: source, store: folder.store)
        }
        return error?.description ?? ""
    }
}
