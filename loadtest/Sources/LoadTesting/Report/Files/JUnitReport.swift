// SPDX-License-Identifier: Apache-2.0

/// A run's verdict and assertions as JUnit XML, for CI systems.
enum JUnitReport {
    static func text(_ report: RunReport) -> String {
        let isValid = report.judgement.verdict == .valid
        let failures = report.assertions.count { !$0.isMet } + (isValid ? 0 : 1)
        let verdict = testCase(
            "the run is valid",
            failure: isValid
                ? nil : "\(report.judgement.verdict.rawValue): \(report.judgement.reason)"
        )
        let cases = report.assertions.map { testCase($0.text, failure: $0.isMet ? nil : $0.detail) }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites>
            <testsuite name="loadtest" tests="\(cases.count + 1)" failures="\(failures)" \
            time="\(report.elapsedSeconds)">
            \(([verdict] + cases).joined(separator: "\n"))
            </testsuite>
            </testsuites>

            """
    }

    private static func testCase(_ name: String, failure: String?) -> String {
        let start = "<testcase classname=\"loadtest\" name=\"\(MarkupText.escaped(name))\""
        guard let failure else { return start + "/>" }
        return start + "><failure message=\"\(MarkupText.escaped(failure))\"/></testcase>"
    }
}

/// Text within XML and HTML.
enum MarkupText {
    /// The text with the characters that mean something replaced; control characters left out.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case _ where scalar.value < 0x20: escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
