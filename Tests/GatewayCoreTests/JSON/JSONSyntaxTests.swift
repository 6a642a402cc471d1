// SPDX-License-Identifier: Apache-2.0

import FuzzTargets
import Testing

@testable import GatewayCore

/// What is JSON and what is not, after the categories of JSONTestSuite.
struct JSONSyntaxTests {
    static let valid: [String] = [
        "null", "true", "false", "0", "-0", "\"\"", "[]", "{}", " \t\r\n[ \t\r\n] \t\r\n",
        "[[]]", "[1,2]", "[1 , 2]", "[null]", "[{}]", "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]",
        "{\"a\":1}", "{ \"a\" : 1 , \"b\" : [ ] }", "{\"\":0}", "{\"a\":{\"a\":{\"a\":0}}}",
        "{\"a\\u0000\":1,\"a\":2}", "{\"ab\":1,\"ba\":1,\"aab\":1}",
        "123", "-123", "1.5", "-0.0", "1e1", "1E+1", "1e-01", "0e0", "0.0e+0", "123.456e78",
        "1e9999", "-1e-9999", "100000000000000000000000000000", "0.1234567890123456789012345",
        #""\" \\ \/ \b \f \n \r \t""#, #""\u0041\u00e9\u20AC\uD83D\uDE00""#, #""\uDBFF\uDFFF""#,
        #""\u0000""#, #""\uFFFF""#, #""\\u0041""#, #""\\\"""#, "\"\u{7F}\"", "\"'\"", "\"/\"",
        "\"\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}\"", "\"\u{2028}\u{FEFF}\"",
        "\"0123456\\n8\"", "\"01234567\u{e9}89\"", "[\"a\",\"b\\\"\"]",
    ]

    typealias Refusal = (document: String, code: JSONError.Code, offset: Int)

    static let invalid: [Refusal] = structures + literals + numbers + strings

    static let structures: [Refusal] = [
        ("", .unexpectedEnd, 0), (" ", .unexpectedEnd, 1), ("[", .unexpectedEnd, 1),
        ("{", .unexpectedEnd, 1), ("[1", .unexpectedEnd, 2), ("[1,", .unexpectedEnd, 3),
        ("{\"a\"", .unexpectedEnd, 4), ("{\"a\":", .unexpectedEnd, 5),
        ("{\"a\":1", .unexpectedEnd, 6), ("]", .unexpectedByte, 0), ("}", .unexpectedByte, 0),
        ("[1}", .unexpectedByte, 2), ("{\"a\":1]", .unexpectedByte, 6), ("[]]", .trailingBytes, 2),
        ("{}}", .trailingBytes, 2), ("1 2", .trailingBytes, 2), ("[],", .trailingBytes, 2),
        ("[],[]", .trailingBytes, 2), ("null\u{0}", .trailingBytes, 4),
        ("[]#", .trailingBytes, 2), ("[1,]", .unexpectedByte, 3), ("[,1]", .unexpectedByte, 1),
        ("[1,,2]", .unexpectedByte, 3), ("[,]", .unexpectedByte, 1), ("[1 2]", .unexpectedByte, 3),
        ("[1:2]", .unexpectedByte, 2), ("{,}", .unexpectedByte, 1),
        ("{\"a\":1,}", .unexpectedByte, 7), ("{\"a\":1,,\"b\":2}", .unexpectedByte, 7),
        ("{\"a\"}", .unexpectedByte, 4), ("{\"a\",1}", .unexpectedByte, 4),
        ("{\"a\"::1}", .unexpectedByte, 5), ("{\"a\":}", .unexpectedByte, 5),
        ("{a:1}", .unexpectedByte, 1), ("{'a':1}", .unexpectedByte, 1),
        ("{1:1}", .unexpectedByte, 1),
        ("{null:1}", .unexpectedByte, 1), ("{\"a\":1 \"b\":2}", .unexpectedByte, 7),
        ("[1/**/]", .unexpectedByte, 2), ("//\n1", .unexpectedByte, 0),
        ("\u{FEFF}1", .unexpectedByte, 0), ("\u{A0}1", .unexpectedByte, 0),
        ("\u{C}1", .unexpectedByte, 0), ("\u{0}", .unexpectedByte, 0),
        ("[1\u{0}]", .unexpectedByte, 2), ("<1>", .unexpectedByte, 0),
        ("{\"a\":1,\"a\":1}", .duplicateKey, 7), ("{\"a\":1,\"\\u0061\":1}", .duplicateKey, 7),
        ("{\"\\u00e9\":1,\"é\":1}", .duplicateKey, 12), ("{\"\":1,\"\":1}", .duplicateKey, 6),
        ("{\"a\":{\"b\":1},\"c\":1,\"a\":1}", .duplicateKey, 19),
        ("[{\"a\":[1]},{\"b\":1,\"b\":1}]", .duplicateKey, 18),
        ("[[[[[[[[[[[[[[[[[", .tooDeep, 16),
    ]

    static let literals: [Refusal] = [
        ("tru", .unexpectedEnd, 3), ("nul", .unexpectedEnd, 3), ("fals", .unexpectedEnd, 4),
        ("True", .unexpectedByte, 0), ("tRUE", .unexpectedByte, 1), ("nulL", .unexpectedByte, 3),
        ("truee", .trailingBytes, 4), ("nan", .unexpectedByte, 1), ("NaN", .unexpectedByte, 0),
        ("Infinity", .unexpectedByte, 0), ("undefined", .unexpectedByte, 0),
        ("t", .unexpectedEnd, 1), ("[true,fal]", .unexpectedByte, 9),
    ]

    static let numbers: [Refusal] = [
        ("-", .unexpectedEnd, 1), ("+1", .unexpectedByte, 0), ("--1", .unexpectedByte, 1),
        ("01", .trailingBytes, 1), ("-01", .trailingBytes, 2), ("[01]", .unexpectedByte, 2),
        (".5", .unexpectedByte, 0), ("-.5", .unexpectedByte, 1), ("1.", .unexpectedEnd, 2),
        ("[1.]", .unexpectedByte, 3), ("1.e1", .unexpectedByte, 2), ("1e", .unexpectedEnd, 2),
        ("1e+", .unexpectedEnd, 3), ("[1e]", .unexpectedByte, 3), ("1e1.5", .trailingBytes, 3),
        ("1e1e1", .trailingBytes, 3), ("0x10", .trailingBytes, 1), ("1_000", .trailingBytes, 1),
        ("1a", .trailingBytes, 1), ("-Infinity", .unexpectedByte, 1), ("-NaN", .unexpectedByte, 1),
        ("１", .unexpectedByte, 0), ("1.2.3", .trailingBytes, 3), ("- 1", .unexpectedByte, 1),
    ]

    static let strings: [Refusal] = [
        ("\"", .unexpectedEnd, 1), ("\"a", .unexpectedEnd, 2), ("\"abcdefghij", .unexpectedEnd, 11),
        ("\"\\", .unexpectedEnd, 2), ("\"\\\"", .unexpectedEnd, 3), ("'a'", .unexpectedByte, 0),
        ("\"a\"b", .trailingBytes, 3), (#""\a""#, .invalidEscape, 1), (#""\'""#, .invalidEscape, 1),
        (#""\x41""#, .invalidEscape, 1), (#""\0""#, .invalidEscape, 1),
        (#""\U0041""#, .invalidEscape, 1), ("\"\\\n\"", .invalidEscape, 1),
        (#""a\u""#, .invalidEscape, 2), (#""\u004""#, .invalidEscape, 1),
        (#""\u00g1""#, .invalidEscape, 1), (#""\u+041""#, .invalidEscape, 1),
        (#""\u004"#, .unexpectedEnd, 6), (#""\ud800""#, .unpairedSurrogate, 1),
        (#""\udc00""#, .unpairedSurrogate, 1), (#""\ud800\ud800""#, .unpairedSurrogate, 1),
        (#""\ud800\u0041""#, .unpairedSurrogate, 1), (#""\ud800x""#, .unpairedSurrogate, 1),
        (#""\ud800\n""#, .unpairedSurrogate, 1), (#""\udc00\ud800""#, .unpairedSurrogate, 1),
        (#""\ud800\u00""#, .invalidEscape, 7), ("\"\n\"", .controlCharacter, 1),
        ("\"\t\"", .controlCharacter, 1), ("\"\u{0}\"", .controlCharacter, 1),
        ("\"01234567\u{1F}\"", .controlCharacter, 9), ("\"\r\"", .controlCharacter, 1),
    ]

    @Test(arguments: valid)
    func accepts(document: String) {
        #expect(readingError(Array(document.utf8)) == nil)
        #expect(skippingError(Array(document.utf8)) == nil)
    }

    @Test(arguments: invalid)
    func refuses(document: String, code: JSONError.Code, offset: Int) {
        let error = JSONError(code, at: offset)
        #expect(readingError(Array(document.utf8)) == error)
        #expect(skippingError(Array(document.utf8)) == error)
    }

    @Test(arguments: valid)
    func acceptsNoPart(document: String) {
        let isNumber = document.last?.isNumber ?? false
        for length in 0..<document.utf8.count where !isNumber {
            let part = Array(document.utf8.prefix(length))
            let rest = document.utf8.dropFirst(length)
            guard !rest.allSatisfy({ [0x20, 0x0A, 0x0D, 0x09].contains($0) }) else { continue }
            #expect(readingError(part) != nil)
        }
    }

    /// Malformed sequences of Unicode 16 §3.9: overlong, surrogate, out of range, cut short, stray.
    static let malformedUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xC2, 0xC0],
        [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE1, 0x80], [0xE1, 0x80, 0x41],
        [0xE1, 0x41, 0x80],
        [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80], [0xF1, 0x80, 0x80, 0xC0],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
        [0xFE], [0xFF], [0xE9],
    ]

    @Test(arguments: malformedUTF8)
    func refusesMalformedUTF8(sequence: [UInt8]) {
        for padding in [0, 5, 8, 11] {
            let text = [UInt8](repeating: 0x61, count: padding)
            let document = [0x22] + text + sequence + [0x22]
            #expect(readingError(document) == JSONError(.invalidUTF8, at: 1 + padding))
            let cut = [0x22] + text + sequence
            #expect(readingError(cut)?.status == .badRequest)
        }
    }

    @Test func findsEverySpecialByteInEveryPlace() {
        for byte in UInt8.min..<0x80 {
            for position in 0..<17 {
                var text = [UInt8](repeating: 0x7E, count: 17)
                text[position] = byte
                let isPlain = byte >= 0x20 && byte != 0x22 && byte != 0x5C
                #expect((readingError([0x22] + text + [0x22]) == nil) == isPlain)
            }
        }
    }
}
