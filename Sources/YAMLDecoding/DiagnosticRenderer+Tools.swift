// SPDX-License-Identifier: Apache-2.0

extension DiagnosticRenderer {
    /// One JSON array; every problem an object with `severity`, `code`, `message`, and where known
    /// `file`, `line`, `column`, `length`, `label`, `notes`, `help`.
    package static func json(_ diagnostics: [Diagnostic]) -> String {
        JSONValue.array(diagnostics.map(json)).canonicalText + "\n"
    }

    /// Workflow commands that GitHub Actions shows beside the line.
    package static func github(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map(githubLine).joined()
    }

    private static func json(_ diagnostic: Diagnostic) -> JSONValue {
        var fields = diagnostic.span.map(json) ?? [:]
        fields["severity"] = .string(diagnostic.severity.rawValue)
        fields["code"] = .string(diagnostic.code.description)
        fields["message"] = .string(diagnostic.message)
        fields["label"] = diagnostic.label.map(JSONValue.string)
        fields["help"] = diagnostic.help.map(JSONValue.string)
        if !diagnostic.notes.isEmpty { fields["notes"] = .array(diagnostic.notes.map(json)) }
        return .object(fields)
    }

    private static func json(_ note: Diagnostic.Note) -> JSONValue {
        .object(json(note.span).merging(["message": .string(note.message)]) { $1 })
    }

    private static func json(_ span: SourceSpan) -> [String: JSONValue] {
        [
            "file": .string(span.source.name), "line": .integer(Int64(span.line)),
            "column": .integer(Int64(span.column)), "length": .integer(Int64(span.length)),
        ]
    }

    private static func githubLine(_ diagnostic: Diagnostic) -> String {
        var properties: [String] = []
        if let span = diagnostic.span {
            properties = [
                "file=\(escapedProperty(span.source.name))", "line=\(span.line)",
                "col=\(span.column)", "endColumn=\(span.column + span.length)",
            ]
        }
        properties.append("title=\(diagnostic.code)")
        let places = diagnostic.notes.map { "\($0.message): \($0.span)" }
        let text =
            [diagnostic.message, diagnostic.label, diagnostic.help].compactMap { $0 } + places
        return "::\(diagnostic.severity.rawValue) \(properties.joined(separator: ","))"
            + "::\(escaped(text.joined(separator: "\n")))\n"
    }

    private static func escaped(_ text: String) -> String {
        text.map { ["%": "%25", "\r": "%0D", "\n": "%0A"][$0] ?? String($0) }.joined()
    }

    private static func escapedProperty(_ text: String) -> String {
        escaped(text).map { [":": "%3A", ",": "%2C"][$0] ?? String($0) }.joined()
    }
}
