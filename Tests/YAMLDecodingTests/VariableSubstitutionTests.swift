// SPDX-License-Identifier: Apache-2.0

import Testing
import YAMLDecoding

@Suite struct VariableSubstitutionTests {
    private let environment = ["A": "alpha", "EMPTY": "", "EVIL": "x\nport: 1 # \"'{}[]", "N": "7"]

    @Test(arguments: [
        ("${A}", "alpha"), ("a${A}b${A}", "aalphabalpha"), ("${B:-beta}", "beta"),
        ("${EMPTY:-beta}", "beta"), ("'${EMPTY}x'", "x"), ("${B:-}z", "z"), ("$${A}", "${A}"),
        ("$A", "$A"), ("$$", "$$"), ("'${A}'", "alpha"), ("\"${A}\"", "alpha"), ("a$", "a$"),
        ("${B:-http://x:1}", "http://x:1"),
    ])
    func replacesAfterParsing(_ text: String, _ expected: String) throws {
        #expect(try decodeValue(text, .string, environment: environment).get() == expected)
    }

    @Test func aValueCannotAddYAML() throws {
        let yaml = "host: ${EVIL}\nport: ${N}\n"
        let server = try decode(yaml, .object(Server.init), environment: environment).get()
        #expect(server.host == environment["EVIL"])
        #expect(server.port == 7)
        #expect(server.tags.isEmpty)
    }

    @Test(arguments: [
        ("${B}", "C016"), ("${}", "C017"), ("${A", "C017"), ("${1A}", "C017"), ("${A-b}", "C017"),
        ("${Ä}", "C017"),
    ])
    func faultsAreReportedAtTheirPlace(_ text: String, _ code: String) {
        let rendered = problems(
            "value: \(text)",
            .object { $0.required("value", .string) },
            environment: environment
        )
        #expect(rendered.hasPrefix("error[\(code)]"))
        #expect(rendered.contains("--> test.yaml:1:8\n"))
    }

    @Test func aSecretIsNotPrinted() {
        let rendered = problems(
            "value: ${A}",
            .object { $0.required("value", .integer(in: 0...9)) },
            environment: environment
        )
        #expect(rendered.contains("found `${A}`"))
        #expect(!rendered.contains("alpha"))
    }
}
