// SPDX-License-Identifier: Apache-2.0

import Testing
import YAMLDecoding

@Suite struct DiagnosticTests {
    @Test func everyProblemIsToldAtOnceInOrderOfPlace() {
        let yaml = """
            prot: 80
            port: 99999
            level: inof
            tags: [a, {b: c}]
            port: 3
            """
        #expect(
            problems(yaml, .object(Server.init)) == """
                error[C011]: the file needs the key `host`
                  --> test.yaml:1:1
                    1 | prot: 80
                      | ^

                error[C012]: unknown key `prot`
                  --> test.yaml:1:1
                    1 | prot: 80
                      | ^^^^ did you mean `port`?
                  help: allowed here: host, port, level, tags

                error[C014]: `port` must be a whole number from 1 to 65535, found `99999`
                  --> test.yaml:2:7
                    2 | port: 99999
                      |       ^^^^^

                error[C015]: `level` must be one of debug, info, warning, error, found `inof`
                  --> test.yaml:3:8
                    3 | level: inof
                      |        ^^^^
                  help: did you mean `info`?

                error[C010]: `tags[1]` must be text that is not empty, found a mapping
                  --> test.yaml:4:11
                    4 | tags: [a, {b: c}]
                      |           ^

                error[C013]: the key `port` is given more than once
                  --> test.yaml:5:1
                    5 | port: 3
                      | ^^^^
                  note: first given here
                  --> test.yaml:2:1
                    2 | port: 99999
                      | ^^^^

                6 errors

                """
        )
    }

    @Test func syntaxErrorsShowTheirPlace() {
        #expect(
            problems("host: a\n  port: 1\n", .object(Server.init)) == """
                error[C004]: the file is not YAML: mapping values are not allowed in this context
                  --> test.yaml:2:7
                    2 |   port: 1
                      |       ^

                1 error

                """
        )
    }

    @Test func problemsBeyondTheLimitAreCounted() throws {
        let yaml = "host: a\n" + (1...150).map { "key\($0): 1\n" }.joined()
        let report = try #require(throws: DiagnosticReport.self) {
            try decode(yaml, .object(Server.init)).get()
        }
        #expect(report.diagnostics.count == YAMLLimits.diagnostics + 1)
        #expect(report.diagnostics.last?.message == "50 more problems are not shown")
    }

    @Test func aMissingColonIsGuessed() {
        #expect(
            problems("server:\n  host a\n\n  port: 1\n", .object(Server.init)) == """
                error[C004]: the file is not YAML: mapping values are not allowed in this context
                  --> test.yaml:4:7
                    4 |   port: 1
                      |       ^
                  note: perhaps a `:` is missing here
                  --> test.yaml:2:3
                    2 |   host a
                      |   ^^^^

                1 error

                """
        )
    }

    @Test func variablesInsideBracketsAreExplained() {
        let text = problems("host: a\ntags: [${A}]\n", .object(Server.init))
        #expect(text.contains("help: inside [ ] and { } a variable needs quotes"))
    }

    @Test func jsonCarriesEveryField() throws {
        let report = try #require(throws: DiagnosticReport.self) {
            try decode("host: a\nhost: b\n", .object(Server.init)).get()
        }
        #expect(
            DiagnosticRenderer.json(report.diagnostics) == """
                [{"code":"C013","column":1,"file":"test.yaml","length":4,"line":2,\
                "message":"the key `host` is given more than once",\
                "notes":[{"column":1,"file":"test.yaml","length":4,"line":1,\
                "message":"first given here"}],"severity":"error"}]

                """
        )
    }

    @Test func githubAnnotationsEscapeWhatTheSyntaxUses() throws {
        let report = try #require(throws: DiagnosticReport.self) {
            try decode("hots: 50%", .object { $0.optional("host", .string, default: "") }).get()
        }
        #expect(
            DiagnosticRenderer.github(report.diagnostics) == """
                ::error file=test.yaml,line=1,col=1,endColumn=5,title=C012::\
                unknown key `hots`%0Adid you mean `host`?%0Aallowed here: host

                """
        )
    }

    @Test func colourOnlyAddsEscapes() throws {
        let report = try #require(throws: DiagnosticReport.self) {
            try decode("hots: 5", .object(Server.init)).get()
        }
        let colored = DiagnosticRenderer.text(report.diagnostics, color: true)
        let plain = DiagnosticRenderer.text(report.diagnostics)
        #expect(colored != plain)
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test func longLinesAreShownAroundTheCaret() {
        let yaml = "{host: \(String(repeating: "x", count: 400)), prot: 1}"
        let text = problems(yaml, .object(Server.init))
        #expect(text.contains(", prot: 1}\n"))
        #expect(text.contains(" ^^^^ did you mean `port`?"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count < 150 })
    }
}
