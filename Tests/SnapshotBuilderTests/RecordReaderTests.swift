// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SnapshotBuilder

/// Every record as its fields by role, or as the reason it is malformed.
private func read(_ records: some RecordReader, _ roles: [ColumnRole]) throws -> [[String]] {
    var records = records
    var rows: [[String]] = []
    while true {
        switch try records.next() {
        case .end: return rows
        case .malformed(let reason): rows.append(["\(records.line): \(reason)"])
        case .record: rows.append(roles.map { String(decoding: records.field($0), as: UTF8.self) })
        }
    }
}

private func stream(_ bytes: [UInt8], _ folder: TemporaryFolder) throws -> ReadAhead {
    ReadAhead(try ByteStream(path: try folder.write(bytes, to: "input")))
}

private var columns: ColumnNames {
    var columns = ColumnNames()
    columns[.order] = "order"
    columns[.title] = "title"
    return columns
}

@Suite struct CSVReaderTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let text: String
        let rows: [[String]]
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ rows: [[String]]) {
            self.name = name
            self.text = text
            self.rows = rows
        }
    }

    static let cases: [Case] = [
        Case("plain", "order,title\n1,a\n2,b\n", [["1", "a"], ["2", "b"]]),
        Case("columns in another order", "title,x,order\na,0,1\n", [["1", "a"]]),
        Case("no line feed at the end", "order,title\n1,a", [["1", "a"]]),
        Case("CRLF", "order,title\r\n1,a\r\n2,\"b\"\r\n", [["1", "a"], ["2", "b"]]),
        Case("CRLF missing at the end", "order,title\r\n1,a\r", [["1", "a"]]),
        Case("byte-order mark", "\u{FEFF}order,title\n1,a\n", [["1", "a"]]),
        Case("quoted comma", "order,title\n1,\"a,b\"\n", [["1", "a,b"]]),
        Case("doubled quotes", "order,title\n1,\"say \"\"hi\"\"\"\n", [["1", "say \"hi\""]]),
        Case("only quotes", "order,title\n1,\"\"\"\"\n", [["1", "\""]]),
        Case(
            "line feed in quotes",
            "order,title\n1,\"a\nb\"\n2,c\n",
            [["1", "a\nb"], ["2", "c"]]
        ),
        Case("quote inside a field", "order,title\n1,5\" plate\n", [["1", "5\" plate"]]),
        Case("empty fields", "order,title\n,\n1,\"\"\n", [["", ""], ["1", ""]]),
        Case("blank lines", "order,title\n\n1,a\n\r\n\n2,b\n\n", [["1", "a"], ["2", "b"]]),
        Case("quoted header", "\"order\",\"title\"\n1,a\n", [["1", "a"]]),
        Case("header alone", "order,title\n", []),
        Case("beyond ASCII", "order,title\n1,£ café 🎁\n", [["1", "£ café 🎁"]]),
        Case(
            "too few fields",
            "order,title\n1,a\n2\n3,c\n",
            [["1", "a"], ["3: has 1 fields, the header has 2"], ["3", "c"]]
        ),
        Case(
            "too many fields, after a row of two lines",
            "order,title\n1,\"a\nb\"\n2,b,c\n",
            [["1", "a\nb"], ["4: has 3 fields, the header has 2"]]
        ),
        Case(
            "text after a quote",
            "order,title\n1,\"a\"b\n2,b\n",
            [["2: has text after a closing quote"], ["2", "b"]]
        ),
        Case(
            "open quote",
            "order,title\n1,\"a\n2,b\n",
            [["2: has a quote that is never closed"]]
        ),
        Case("NUL", "order,title\n1,a\0\n2,b\n", [["2: holds a NUL byte"], ["2", "b"]]),
    ]

    @Test(arguments: cases) func readsRows(_ test: Case) throws {
        let folder = try TemporaryFolder()
        let reader = try CSVReader(try stream(Array(test.text.utf8), folder), columns: columns)
        #expect(try read(reader, [.order, .title]) == test.rows)
    }

    @Test func refusesTextThatIsNotUTF8() throws {
        let folder = try TemporaryFolder()
        let bytes = Array("order,title\n1,".utf8) + [0xff, 0xfe] + Array("\n2,b\n".utf8)
        let reader = try CSVReader(try stream(bytes, folder), columns: columns)
        #expect(try read(reader, [.order]) == [["2: is not valid UTF-8"], ["2"]])
    }

    @Test func rowsSurviveEveryRefill() throws {
        // Rows of growing size, so that each kind of byte falls on the edge of some block.
        let rows = (0..<3000).map { row in
            [String(row), "\"" + String(repeating: "x,\n", count: row % 400) + "\"\"\""]
        }
        let text = "order,title\n" + rows.map { $0.joined(separator: ",") + "\r\n" }.joined()
        let folder = try TemporaryFolder()
        let reader = try CSVReader(try stream(gzip(Array(text.utf8)), folder), columns: columns)
        let expected = rows.map { [$0[0], $0[1].dropFirst().dropLast(3) + "\""] }
        #expect(try read(reader, [.order, .title]) == expected)
    }

    @Test(arguments: [
        ("", "the file holds no rows"),
        ("a,b\n1,2\n", "no column \"order\" (order); the header has \"a\", \"b\""),
        ("order\n1\n", "no column \"title\" (title); the header has \"order\""),
        ("order,title,title\n", "the header has the column \"title\" (title) twice"),
        ("or\0der,title\n", "the header holds a NUL byte"),
    ])
    func refusesHeaders(_ text: String, _ message: String) throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: BuildError.self) {
            // A byte-order mark, because a file without any byte is refused before its header.
            try CSVReader(try stream(Array("\u{FEFF}\(text)".utf8), folder), columns: columns)
        }
        #expect(error?.message == message)
    }

    @Test func refusesARowWithoutEnd() throws {
        let folder = try TemporaryFolder()
        let text =
            "order,title\n1,\"" + String(repeating: "x", count: Limits.recordBytesMaximum + 1)
        let reader = try CSVReader(try stream(Array(text.utf8), folder), columns: columns)
        let error = #expect(throws: BuildError.self) { try read(reader, [.order]) }
        #expect(error?.line == 2)
        #expect(error?.message.contains("is a quote left open?") == true)
    }

    @Test func neverCrashesOnRandomBytes() throws {
        var random = SeededGenerator(seed: 2024)
        let alphabet = Array("order,title\"\"\r\n\n,,01".utf8) + [0, 0xff, 0xc3]
        for round in 0..<300 {
            let folder = try TemporaryFolder()
            let size = Int.random(in: 1...600, using: &random)
            let junk = (0..<size).map { _ in alphabet.randomElement(using: &random)! }
            let bytes = Array("order,title\n".utf8) + junk
            let reader = try CSVReader(try stream(bytes, folder), columns: columns)
            #expect(throws: Never.self, "seed 2024, round \(round)") { try read(reader, [.title]) }
        }
    }
}

@Suite struct JSONLinesReaderTests {
    static let cases: [(String, [[String]])] = [
        (#"{"order":"1","title":"a"}"#, [["1", "a"]]),
        (
            #"{"title":"a","order":1}"# + "\r\n" + #"{"order":-2.50}"#,
            [["1", "a"], ["-2.50", ""]]
        ),
        (#" { "order" : null , "title" : "" } "#, [["", ""]]),
        ("{}\n\n{}", [["", ""], ["", ""]]),
        (#"{"order":"\u00e9\n\"\\\/\ud83c\udf81","x":"\t"}"#, [["é\n\"\\/🎁", ""]]),
        (#"{"x":{"order":[1,{"a":null},"]"]},"order":7,"y":[],"z":{}}"#, [["7", ""]]),
        (#"{"order":true}"#, [["1: holds neither text, number nor null at column 10"]]),
        (#"{"order":1,"order":2}"#, [["1: names the member \"order\" twice"]]),
        (#"{"order":1"#, [["1: ends inside its object"]]),
        (#"{"order":"1"#, [["1: ends inside a string"]]),
        (#"{"order":1} x"#, [["1: has text after its object"]]),
        ("[1]\n{\"order\":2}", [["1: is not an object at column 1"], ["2", ""]]),
        (#"{"order":"\ud83c"}"#, [["1: holds \\u that is no character"]]),
        (#"{"order":"\x"}"#, [["1: holds an unknown escape in a string"]]),
        (
            "{\"x\":" + String(repeating: "[", count: 40) + "}",
            [["1: nests deeper than 32"]]
        ),
    ]

    @Test(arguments: cases) func readsLines(_ text: String, _ rows: [[String]]) throws {
        let folder = try TemporaryFolder()
        let reader = JSONLinesReader(try stream(Array(text.utf8), folder), columns: columns)
        #expect(try read(reader, [.order, .title]) == rows)
    }

    @Test func neverCrashesOnRandomBytes() throws {
        var random = SeededGenerator(seed: 77)
        let alphabet = Array(#"{}[]"":,,\u00 order12.null"#.utf8) + [0, 0x0a, 0xff]
        for round in 0..<500 {
            let folder = try TemporaryFolder()
            let size = Int.random(in: 1...80, using: &random)
            let junk = (0..<size).map { _ in alphabet.randomElement(using: &random)! }
            let bytes = Array(#"{"order":"#.utf8) + junk
            let reader = JSONLinesReader(try stream(bytes, folder), columns: columns)
            #expect(throws: Never.self, "seed 77, round \(round)") { try read(reader, [.order]) }
        }
    }
}

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
