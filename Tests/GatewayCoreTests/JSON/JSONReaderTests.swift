// SPDX-License-Identifier: Apache-2.0

import FuzzTargets
import Testing

@testable import GatewayCore

struct JSONReaderTests {
    @Test(arguments: [
        ("0", 0), ("-0", 0), ("9223372036854775807", Int64.max),
        ("-9223372036854775808", Int64.min), ("9007199254740993", 9_007_199_254_740_993),
    ])
    func readsIntegersExactly(document: String, value: Int64) throws {
        #expect(
            try Self.read(document) { (reader) throws(JSONError) in try reader.int64() } == value
        )
    }

    @Test(arguments: [
        ("9223372036854775808", JSONError.Code.integerOutOfRange),
        ("-9223372036854775809", .integerOutOfRange),
        ("99999999999999999999999", .integerOutOfRange), ("1.0", .notAnInteger),
        ("1e2", .notAnInteger), ("\"1\"", .notAnInteger), ("null", .notAnInteger),
        ("1.", .unexpectedEnd), ("x", .unexpectedByte), ("-", .unexpectedEnd),
    ])
    func refusesWhatIsNoInteger(document: String, code: JSONError.Code) {
        let error = Self.error(document) { (reader) throws(JSONError) in _ = try reader.int64() }
        #expect(error?.code == code)
    }

    @Test(arguments: ["0", "-1.5", "1e-3", "0.1", "179e306", "123456789.125", "5e-324"])
    func readsDoubles(document: String) throws {
        let value = try Self.read(document) { (reader) throws(JSONError) in try reader.double() }
        #expect(value == Double(document))
    }

    @Test(arguments: ["1e999", "-1e999", String(repeating: "1", count: 128)])
    func refusesDoublesOutOfRange(document: String) {
        let error = Self.error(document) { (reader) throws(JSONError) in _ = try reader.double() }
        #expect(error?.code == .numberOutOfRange)
    }

    @Test func tellsWrongKindsFromWrongSyntax() {
        let reads: [(JSONError.Code, (inout JSONReader) throws(JSONError) -> Void)] = [
            (.notAnObject, { (reader) throws(JSONError) in try reader.beginObject() }),
            (.notAnArray, { (reader) throws(JSONError) in try reader.beginArray() }),
            (.notAString, { (reader) throws(JSONError) in _ = try reader.string() }),
            (.notANumber, { (reader) throws(JSONError) in _ = try reader.number() }),
            (.notABoolean, { (reader) throws(JSONError) in _ = try reader.boolean() }),
        ]
        for (code, read) in reads {
            #expect(Self.error("null", read) == JSONError(code, at: 0))
            #expect(Self.error("?", read) == JSONError(.unexpectedByte, at: 0))
            #expect(JSONError(code, at: 0).status == .unprocessableContent)
        }
    }

    @Test func leavesWhatIsNotNull() throws {
        let value = try Self.read(" 7") { (reader) throws(JSONError) in
            let isNull = try reader.null()
            return isNull ? 0 : try reader.int64()
        }
        #expect(value == 7)
    }

    @Test(arguments: [
        (#""a\tbé\u00e9\ud83d\ude00\/""#, "a\tbéé😀/"), (#""plain""#, "plain"),
        (#""\u0000\u007f\u0080\u07ff\u0800\uffff""#, "\u{0}\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}"),
    ])
    func decodesStrings(document: String, text: String) throws {
        let decoded = try Self.read(document) { (reader) throws(JSONError) in
            let string = try reader.string()
            let buffer = UnsafeMutableRawBufferPointer.allocate(
                byteCount: text.utf8.count,
                alignment: 1
            )
            defer { buffer.deallocate() }
            let short = UnsafeMutableRawBufferPointer(rebasing: buffer.dropLast())
            #expect(string.decode(into: short) == nil)
            #expect(string.decode(into: buffer) == text.utf8.count)
            return String(decoding: buffer, as: UTF8.self)
        }
        #expect(decoded == text)
    }

    @Test func matchesKeys() throws {
        let names = try Self.read(#"{"lines":1,"l\u0069mit":2,"line":3}"#) {
            (reader) throws(JSONError) in
            var names = ""
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "limit": names += "L"
                case "lines": names += "l"
                default: names += "?"
                }
                try reader.skipValue()
            }
            return names
        }
        #expect(names == "lL?")
    }

    @Test func boundsTheKeysOfAnObject() {
        func object(_ count: Int) -> [UInt8] {
            Array(("{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}").utf8)
        }
        #expect(readingError(object(64)) == nil)
        #expect(readingError(object(65))?.code == .tooManyKeys)
        #expect(readingError(object(65))?.status == .unprocessableContent)
    }

    @Test func findsDuplicatesAmongKeysThatLookAlike() {
        let long = String(repeating: "a", count: 300)
        let alike = ["\(long)1234567", "b\(long)1234567", "\(long)b1234567"]
        let object = "{" + alike.map { "\"\($0)\":0" }.joined(separator: ",")
        #expect(readingError(Array((object + "}").utf8)) == nil)
        let repeated = object + ",\"\(alike[1])\":0}"
        #expect(readingError(Array(repeated.utf8))?.code == .duplicateKey)
    }

    @Test func boundsTheDocument() {
        var limits = JSONLimits()
        limits.documentBytesMax = 4
        limits.depthMax = 2
        #expect(readingError(Array("1234".utf8), limits: limits) == nil)
        #expect(readingError(Array("12345".utf8), limits: limits)?.status == .contentTooLarge)
        #expect(readingError(Array("[[]]".utf8), limits: limits) == nil)
        #expect(readingError(Array("[[[".utf8), limits: limits) == JSONError(.tooDeep, at: 2))
    }

    @Test(arguments: [
        (#"{"lines":[{"id":"1"},{"id":?}]}"#, "/lines/1/id"), (#"{"a/b":{"c~d":?}}"#, "/a~1b/c~0d"),
        (#"{"\u00e9\/":[[],[0,?]]}"#, "/é~1/1/1"), ("?", ""), ("[?]", "/0"),
        (#"{"a":[1],"b":{},"c":?}"#, "/c"), (#"{"a":1,"a":2}"#, "/a"), (#"{?}"#, ""),
        (#"{"":?}"#, "/"),
    ])
    func pointsAtTheValueAtFault(document: String, pointer: String) {
        var reader = JSONReader()
        let copy = UnsafeMutableRawBufferPointer.allocate(
            byteCount: document.utf8.count,
            alignment: 1
        )
        defer { copy.deallocate() }
        copy.copyBytes(from: document.utf8)
        #expect(throws: JSONError.self) {
            try reader.begin(UnsafeRawBufferPointer(copy))
            try reader.skipValue()
        }
        var writer = ByteWriter(capacity: 1)
        reader.writePointer(to: &writer)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == pointer)
    }

    @Test func pointsAtTheValueReadLast() throws {
        let pointer = try Self.read(#"{"lines":[{"quantity":0}]}"#) { (reader) throws(JSONError) in
            try reader.beginObject()
            _ = try reader.nextKey()
            try reader.beginArray()
            _ = try reader.nextElement()
            try reader.beginObject()
            _ = try reader.nextKey()
            _ = try reader.int64()
            var writer = ByteWriter(capacity: 64)
            reader.writePointer(to: &writer)
            _ = try reader.nextKey()
            _ = try reader.nextElement()
            _ = try reader.nextKey()
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        #expect(pointer == "/lines/0/quantity")
    }

    @Test func locatesBytes() throws {
        let location = try Self.read("[1,\n \"é\", 2]") { (reader) throws(JSONError) in
            let location = reader.location(of: 10)
            try reader.skipValue()
            return location
        }
        #expect(location == TextLocation(line: 2, column: 6))
    }

    /// Reads a whole document from bytes that live as long as the call.
    private static func read<Value>(
        _ document: String,
        _ body: (inout JSONReader) throws(JSONError) -> Value
    ) throws -> Value {
        var reader = JSONReader()
        let bytes = Array(document.utf8)
        return try bytes.withUnsafeBytes { bytes in
            try reader.begin(bytes)
            let value = try body(&reader)
            try reader.end()
            return value
        }
    }

    private static func error(
        _ document: String,
        _ body: (inout JSONReader) throws(JSONError) -> Void
    ) -> JSONError? {
        do {
            try read(document, body)
            return nil
        } catch {
            return error as? JSONError
        }
    }
}
