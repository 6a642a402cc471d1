// SPDX-License-Identifier: Apache-2.0
import SluiceKit
import SluiceKitTesting
import Testing

@Suite struct SettingsTests {
    private enum Colour: String, CaseIterable { case red, green }

    private func settings(_ json: String, keys: [String] = ["a", "b"]) throws -> Settings {
        try Array(json.utf8).withUnsafeBufferPointer { try Settings(json: $0, keys: keys) }
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "no error"
    }

    @Test func readsEveryType() throws {
        let some = try settings(
            #" { "a" : 82.5, "b": {"c": true, "d": "x\u00e9\ud83d\ude00\n", "e": [1, -2.5e1]}, "f": null, "g": "red", "h": 9223372036854775807 } "#,
            keys: ["a", "b", "f", "g", "h"]
        )
        #expect(try some.hundredths("a", in: 0...100) == 8250)
        #expect(try some.number("a", in: 0...100) == 82.5)
        let section = try #require(try some.section("b", keys: ["c", "d", "e"]))
        #expect(try section.flag("c") == true)
        #expect(try section.text("d") == "xé😀\n")
        #expect(try section.numbers("e") == [1, -25])
        #expect(try some.text("f") == nil)
        #expect(try some.choice("g", of: Colour.self) == .red)
        #expect(try some.integer("h", in: 0...Int64.max) == Int64.max)
    }

    @Test func noTextIsNoSettings() throws {
        #expect(try settings("").integer("a", in: 0...1) == nil)
    }

    @Test(arguments: [
        (#"{"a":"#, "settings: expected a value at byte 5"),
        (#"{"a":1,}"#, "settings: expected '\"' at byte 7"),
        (#"{"a":01}"#, "settings: expected ',' or '}' at byte 6"),
        (#"{"a":1} x"#, "settings: expected the end at byte 8"),
        (#"{"a":1,"a":2}"#, "settings: the key \"a\" is given twice"),
        ("{\"a\":\"\u{1}\"}", "settings: expected the end of a string at byte 6"),
        (#"{"a":"\ud800"}"#, "settings: expected the second half of a surrogate pair at byte 12"),
        (#"{"a":"\x"}"#, "settings: expected an escape at byte 7"),
        ("[]", "settings: expected an object, got an array"),
        (#"{"c":1}"#, "settings.c: unknown key; known are a, b"),
        (String(repeating: "[", count: 40), "settings: expected at most 32 levels at byte 32"),
    ])
    func refusesBadTextNamingThePlace(json: String, expected: String) {
        #expect(message { _ = try settings(json) } == expected)
    }

    @Test func refusesTextThatIsNotUTF8() {
        let bytes: [UInt8] = Array("{\"a\":\"".utf8) + [0xFF] + Array("\"}".utf8)
        #expect(throws: HandlerError.self) {
            try bytes.withUnsafeBufferPointer { _ = try Settings(json: $0, keys: ["a"]) }
        }
    }

    @Test func refusesValuesNamingTheKeyPath() throws {
        let some = try settings(#"{"a": 1.234, "b": {"c": "blue"}}"#)
        let section = try #require(try some.section("b", keys: ["c"]))
        #expect(
            message { _ = try some.hundredths("a", in: 0...100) }
                == "settings.a: expected a decimal with at most two places in 0...100, got 1.234"
        )
        #expect(
            message { _ = try some.integer("a", in: 0...5) }
                == "settings.a: expected a whole number in 0...5, got 1.234"
        )
        #expect(
            message { _ = try section.choice("c", of: Colour.self) }
                == "settings.b.c: expected one of red, green, got \"blue\""
        )
        #expect(message { _ = try some.flag("b") }.hasPrefix("settings.b: expected true or false"))
    }

    @Test func neverCrashesOnDamagedText() {
        var random = SeededRandom()
        let text = Array(#"{"a":[1,{"b":"\u00e9"},null,true],"b":-1.5e+7}"#.utf8)
        for _ in 0..<2_000 {
            var damaged = text
            for _ in 0..<3 {
                damaged[Int.random(in: 0..<damaged.count, using: &random)] = .random(in: 0...255)
            }
            damaged.removeLast(Int.random(in: 0..<damaged.count, using: &random))
            _ = damaged.withUnsafeBufferPointer { try? Settings(json: $0, keys: ["a", "b"]) }
        }
    }
}
