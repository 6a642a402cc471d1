// SPDX-License-Identifier: Apache-2.0

import FuzzTargets
import Testing

@testable import GatewayCore

struct JSONWriterTests {
    @Test func putsCommasWhereTheyBelong() {
        let document = Self.written { writer in
            writer.beginObject()
            writer.key("a")
            writer.beginArray()
            writer.endArray()
            writer.key("b")
            writer.beginArray()
            writer.integer(-1)
            writer.boolean(true)
            writer.null()
            writer.beginObject()
            writer.endObject()
            writer.beginObject()
            writer.key("c")
            writer.string("d")
            writer.key("e")
            writer.boolean(false)
            writer.endObject()
            writer.endArray()
            writer.endObject()
        }
        #expect(document == #"{"a":[],"b":[-1,true,null,{},{"c":"d","e":false}]}"#)
    }

    @Test func escapesWhatMustBeEscaped() throws {
        for byte in UInt8.min...UInt8.max {
            for position in 0..<17 {
                var text = [UInt8](repeating: 0x61, count: 17)
                text[position] = byte
                let document = Array(Self.string(text).utf8)
                let expected = Array(String(decoding: text, as: UTF8.self).utf8)
                #expect(try JSONTree.read(document) == .string(expected))
            }
        }
    }

    @Test(arguments: JSONSyntaxTests.malformedUTF8)
    func replacesMalformedUTF8(sequence: [UInt8]) throws {
        let document = Array(Self.string([0x61] + sequence + [0x62]).utf8)
        guard case .string(let text) = try JSONTree.read(document) else { return }
        #expect(String(decoding: text, as: UTF8.self).hasPrefix("a\u{FFFD}"))
        #expect(text.last == 0x62)
    }

    @Test func keepsOtherText() {
        #expect(Self.string(Array("é€😀/'\u{7F}".utf8)) == "\"é€😀/'\u{7F}\"")
        #expect(
            Self.string(Array("a\"b\\c\u{8}\t\n\u{C}\r\u{1F}".utf8))
                == #""a\"b\\c\b\t\n\f\r\u001f""#
        )
        #expect(Self.string([]) == "\"\"")
    }

    @Test(arguments: [
        (0, 2, "0.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (1530, 2, "15.30"), (-100, 2, "-1.00"),
        (7, 0, "7"), (-7, 0, "-7"), (1234, 3, "1.234"), (1, 18, "0.000000000000000001"),
        (Int64.max, 2, "92233720368547758.07"), (Int64.min, 2, "-92233720368547758.08"),
    ])
    func writesMoneyExactly(minorUnits: Int64, digits: Int, text: String) {
        let document = Self.written { $0.money(minorUnits: minorUnits, digits: digits) }
        #expect(document == "\"\(text)\"")
    }

    @Test(arguments: [0, 1, -1, 9, 10, -10, 99, 100, Int64.max, Int64.min])
    func writesIntegers(value: Int64) {
        #expect(Self.written { $0.integer(value) } == "\(value)")
    }

    @Test func writesScoresToSixDecimals() {
        for (value, text) in [
            (0, "0.0"), (1, "1.0"), (0.5, "0.5"), (-0.25, "-0.25"), (0.333_333_34, "0.333333"),
            (1e-7, "0.0"), (999_999.5, "999999.5"),
        ] as [(Float, String)] {
            #expect(Self.written { $0.score(value) } == text)
        }
        for value in [Float.nan, .infinity, -.infinity, 1e9] {
            #expect(Self.written { $0.score(value) } == "null")
        }
    }

    @Test func scoresReadBackWithinHalfAMillionth() {
        let seed: UInt64 = 77
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let value = Float.random(in: -8...8, using: &generator)
            let document = Self.written { $0.score(value) }
            #expect(readingError(Array(document.utf8)) == nil)
            let distance = abs((Double(document) ?? .nan) - Double(value))
            #expect(distance <= 0.000_000_51, "seed \(seed)")
        }
    }

    @Test func writesProblems() throws {
        let plain = Self.written {
            ProblemDetails(.notFound, detail: "no such route").write(to: &$0)
        }
        #expect(
            plain == #"""
                {"type":"about:blank","title":"Not Found","status":404,"detail":"no such route"}
                """#
        )
        let problem = ProblemDetails(JSONError(.notAnInteger, at: 3))
        let pointed = Self.written {
            problem.begin(in: &$0)
            problem.writeErrors(pointer: ("/lines/0/\"q" as StaticString).bytes, to: &$0)
            $0.endObject()
        }
        #expect(pointed.contains(#""status":422"#))
        #expect(
            pointed.hasSuffix(
                #""errors":[{"detail":"expected an integer without fraction or exponent","#
                    + #""pointer":"/lines/0/\"q"}]}"#
            )
        )
    }

    @Test func writerGrows() {
        var writer = ByteWriter(capacity: 1)
        for _ in 0..<1000 { writer.append("abc") }
        #expect(writer.count == 3000)
        writer.truncate(to: 4)
        writer.append(hexadecimal: 0xDEAD_BEEF)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "abca00000000deadbeef")
    }

    private static func string(_ text: [UInt8]) -> String {
        written { writer in text.withUnsafeBytes { writer.string($0) } }
    }

    private static func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(capacity: 16)
        body(&writer)
        return String(decoding: writer.bytes.bytes, as: UTF8.self)
    }
}
