// SPDX-License-Identifier: Apache-2.0

import Testing
import YAMLDecoding

@Suite struct ValueDecoderTests {
    @Test(arguments: ["no", "1.10", "0123", "null", "~", "2026-11-23", "0x10", "1e3", "on"])
    func textStaysAsWritten(_ text: String) throws {
        #expect(try decodeValue(text, .string).get() == text)
    }

    @Test(arguments: [("0", 0), ("-5", -5), ("'42'", 42), ("100", 100)])
    func wholeNumbers(_ text: String, _ expected: Int) throws {
        #expect(try decodeValue(text, .integer(in: -10...100)).get() == expected)
    }

    @Test(arguments: [
        ("0123", "C010"), ("1.0", "C010"), ("1e2", "C010"), ("+1", "C010"), ("0x1", "C010"),
        ("''", "C010"), ("", "C010"), ("[1]", "C010"), ("101", "C014"), ("-11", "C014"),
        ("99999999999999999999", "C014"), ("١", "C010"),
    ])
    func numbersThatAreNone(_ text: String, _ code: String) {
        expectCode(code, decodeValue(text, .integer(in: -10...100)))
    }

    @Test(arguments: [
        ("300us", Duration.microseconds(300)), ("50ms", .milliseconds(50)), ("2s", .seconds(2)),
        ("1m", .seconds(60)), ("6h", .seconds(21_600)), ("28d", .seconds(2_419_200)),
        ("7ns", .nanoseconds(7)),
    ])
    func durations(_ text: String, _ expected: Duration) throws {
        let decoder = ValueDecoder.duration(in: .zero ... .seconds(86_400 * 365))
        #expect(try decodeValue(text, decoder).get() == expected)
    }

    @Test(arguments: [
        ("50", "C010"), ("50 ms", "C010"), ("ms", "C010"), ("1.5s", "C010"), ("-1s", "C010"),
        ("2m", "C014"), ("99999999999999999d", "C014"), ("99999999999999999999s", "C014"),
    ])
    func durationsThatAreNone(_ text: String, _ code: String) {
        expectCode(code, decodeValue(text, .nanoseconds(in: .milliseconds(1) ... .seconds(60))))
    }

    @Test func aDurationSaysWhatItShouldBe() {
        let text = problems(
            "value: 50",
            .object { $0.required("value", .nanoseconds(in: .zero ... .seconds(60))) }
        )
        #expect(text.contains("`value` must be a duration from 0ns to 1m, found `50`"))
        #expect(text.contains("help: write a whole number and a unit: ns, us, ms, s, m, h or d"))
    }

    @Test(arguments: [("512", 512), ("64KiB", 65_536), ("8MiB", 8 << 20), ("3B", 3)])
    func byteSizes(_ text: String, _ expected: Int) throws {
        #expect(try decodeValue(text, .byteSize(in: 0...(1 << 30))).get() == expected)
    }

    @Test(arguments: [("64KB", "C010"), ("2GiB", "C014"), ("99999999999GiB", "C014")])
    func byteSizesThatAreNone(_ text: String, _ code: String) {
        expectCode(code, decodeValue(text, .byteSize(in: 0...(1 << 30))))
    }

    @Test(arguments: [
        ("5000", 5000), ("50%", 5000), ("12.5%", 1250), ("0.01%", 1), ("100%", 10_000),
    ])
    func basisPoints(_ text: String, _ expected: Int) throws {
        #expect(try decodeValue(text, .basisPoints()).get() == expected)
    }

    @Test(arguments: [
        ("101%", "C014"), ("0.001%", "C010"), ("5.%", "C010"), ("'%'", "C010"), ("-1%", "C014"),
        ("-1.5%", "C010"), ("0.5", "C010"), ("9223372036854775807%", "C014"),
    ])
    func basisPointsThatAreNone(_ text: String, _ code: String) {
        expectCode(code, decodeValue(text, .basisPoints()))
    }

    @Test(arguments: ["yes", "on", "1", "True"])
    func onlyTrueAndFalseAreBooleans(_ text: String) {
        expectCode("C010", decodeValue(text, .boolean))
    }

    @Test(arguments: ["nan", "inf", ".5e", "0x1p3", "one"])
    func numbersAreFiniteDecimals(_ text: String) {
        expectCode("C010", decodeValue(text, .number(in: 0...1)))
    }

    @Test(arguments: [
        ("../a/./b", "/etc/a/b"), ("/x//y", "/x/y"), ("a", "/etc/sluice/a"), ("../../..", "/"),
    ])
    func pathsBeginAtTheFile(_ text: String, _ expected: String) throws {
        #expect(try decodeValue(text, .path).get() == expected)
    }

    @Test(arguments: ["{}", "{server: {}}", "{server: {host: b}}"])
    func anAbsentSectionIsDecodedAsAnEmptyOne(_ yaml: String) throws {
        let hosts = ValueDecoder<String>.object { object in
            object.section("server") { $0.optional("host", .string, default: "a") }
        }
        #expect(try decode(yaml, hosts).get() == (yaml.contains("b") ? "b" : "a"))
    }

    @Test func settingsBecomeCanonicalJSON() throws {
        let yaml = """
            {b: 1, a: [1.50, no, true, "1", null, 0x1F, -0, 1e3, 'x"y'], "é": "${HOME}",
            c: {}, d: 0123}
            """
        let json = try decodeValue(yaml, .jsonObject, environment: ["HOME": "a\nb: c"]).get()
        #expect(
            json.canonicalText == #"""
                {"a":[1.5,"no",true,"1",null,31,0,1000.0,"x\"y"],"b":1,"c":{},"d":123,"é":"a\nb: c"}
                """#
        )
    }

    @Test(arguments: [".inf", "-.INF", ".nan", "99999999999999999999", "1e999"])
    func numbersJSONHasNotAreRefused(_ text: String) {
        expectCode("C014", decodeValue(text, .json))
    }

    private func expectCode<Value>(_ code: String, _ result: Result<Value, DiagnosticReport>) {
        guard case .failure(let report) = result else {
            Issue.record("accepted: \(result)")
            return
        }
        #expect(report.diagnostics.map(\.code.description) == [code], "\(report)")
    }
}
