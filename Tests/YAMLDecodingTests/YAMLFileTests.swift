// SPDX-License-Identifier: Apache-2.0

import Testing
import YAMLDecoding

@Suite struct YAMLFileTests {
    @Test(
        arguments: [
            (Array("a: \u{0}".utf8), "C003", 1, 4), ([0x61, 0x0A, 0x62, 0xFF], "C003", 2, 2),
            (Array("a: \u{10FFFD}".utf8), "C003", 1, 4), (Array("a: [".utf8), "C004", 1, 5),
            (Array("a: 1\n---\nb: 2\n".utf8), "C004", 2, 1),
            (Array("a: !!int 5".utf8), "C007", 1, 4),
            (Array("a: *nothing".utf8), "C007", 1, 4), (Array("a: *".utf8), "C007", 1, 4),
            (Array("[a]: 1".utf8), "C007", 1, 1), (Array("&x a: 1".utf8), "C007", 1, 1),
            (Array("a: &x [*x]".utf8), "C007", 1, 8),
        ] as [([UInt8], String, Int, Int)]
    )
    func refusesWhatItDoesNotRead(_ bytes: [UInt8], _ code: String, _ line: Int, _ column: Int) {
        let problem = firstProblem(bytes)
        #expect(problem?.code.description == code, "\(String(describing: problem))")
        #expect(problem?.span?.line == line)
        #expect(problem?.span?.column == column)
    }

    @Test func refusesLargeFilesAndMissingOnes() {
        let large = [UInt8](repeating: UInt8(ascii: " "), count: YAMLLimits.fileBytes + 1)
        #expect(firstProblem(large)?.code == .tooLarge)
        #expect(problem(path: "/nonexistent/sluice.yaml")?.code == .unreadable)
        #expect(problem(path: "/")?.code == .unreadable)
        #expect(problem(path: "/dev/zero")?.code == .tooLarge)
    }

    @Test func aMissingFileIsNamed() {
        let problem = problem(path: "/nonexistent/sluice.yaml")
        #expect(problem?.message.hasPrefix("cannot read `/nonexistent/sluice.yaml`: ") == true)
        #expect(problem?.span == nil)
    }

    @Test(arguments: [33, 500, 100_000]) func refusesDeepNesting(_ depth: Int) {
        let code = firstProblem(Array(String(repeating: "[", count: depth).utf8))?.code
        #expect(code == .tooDeep || code == .syntax)
        let closed = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect([.tooDeep, .syntax].contains(firstProblem(Array(closed.utf8))?.code))
    }

    @Test func refusesBillionLaughsAsValueAndAsKey() {
        var yaml = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...20 {
            let alias = "*a\(level - 1)"
            let list = [String](repeating: alias, count: 9).joined(separator: ", ")
            yaml += "a\(level): &a\(level) [\(list)]\n"
        }
        #expect(firstProblem(Array(yaml.utf8))?.code == .tooManyNodes)
        #expect(firstProblem(Array((yaml + "? *a20\n: 1\n").utf8)) != nil)
    }

    @Test func anchorsAndAliasesWork() throws {
        let decoder = ValueDecoder<[String: [Int]]>.map(of: .array(of: .integer(in: 0...9)))
        let value = try decode("a: &x [1, 2]\nb: *x\n\"*c\": [3]", decoder).get()
        #expect(value == ["a": [1, 2], "b": [1, 2], "*c": [3]])
    }

    @Test func asterisksAreOnlyAliasesWherePlain() throws {
        let value = try decode("a: \"*x\" # *x\nb: '*'\nc: 2 * 3\nd: |\n  *x\n", texts).get()
        #expect(value == ["a": "*x", "b": "*", "c": "2 * 3", "d": "*x\n"])
    }

    @Test func everyDuplicateHasBothPlaces() {
        let yaml = "a: 1\n\"b\": 2\nb: 3\na: 4\n'a': 5\nc: 6\n"
        guard case .failure(let report) = decode(yaml, texts) else {
            Issue.record("accepted")
            return
        }
        let places = report.diagnostics.map { [$0.span?.line, $0.notes.first?.span.line] }
        #expect(places == [[3, 2], [4, 1], [5, 1]])
    }

    @Test(arguments: ["\"\\x41\": 1\nA: 2\n", "'': 1\n\"\": 2\n", "? |\n  a\n: 1\n? |\n  a\n: 2\n"])
    func duplicatesOfOddKeysAreRefusedToo(_ yaml: String) {
        #expect(problems(yaml, texts).contains("error[C013]"))
    }

    @Test func readsCarriageReturnsAndByteOrderMarks() throws {
        #expect(try decode("\u{FEFF}a: 1\r\nb: 2\r\n", texts).get() == ["a": "1", "b": "2"])
    }

    @Test func emptyFilesHaveNoValue() {
        for yaml in ["", "\n", "# comment\n", "---\n"] {
            #expect(problems(yaml, texts).contains("the file has no value"), "\(yaml)")
        }
    }

    @Test(arguments: 0..<8) func randomBytesNeverCrash(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let alphabet =
            Array("abc:-[]{}&*!|>'\"%@`#,?~ \n\n\t${}:-1230x.\\\r".utf8) + [0, 0xC3, 0xFF]
        for _ in 0..<400 {
            let count = Int.random(in: 0..<200, using: &random)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &random)! }
            _ = try? decode(String(decoding: bytes, as: UTF8.self), .json).get()
            _ = firstProblem(bytes)
        }
    }

    private var texts: ValueDecoder<[String: String]> {
        .map(of: .anyString, isValidKey: { _ in true })
    }

    private func firstProblem(_ bytes: [UInt8]) -> Diagnostic? {
        do throws(DiagnosticReport) {
            _ = try YAMLFile(name: "test.yaml", bytes: bytes)
            return nil
        } catch {
            return error.diagnostics.first
        }
    }

    private func problem(path: String) -> Diagnostic? {
        do throws(DiagnosticReport) {
            _ = try YAMLFile(path: path)
            return nil
        } catch {
            return error.diagnostics.first
        }
    }
}

/// A small seeded generator, so that a failure is repeated by its seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
