// SPDX-License-Identifier: Apache-2.0

/// Turns problems into text for people, JSON for tools, and annotations for GitHub Actions.
package enum DiagnosticRenderer {
    /// The shapes `--format` offers.
    package enum Format: String, CaseIterable, Sendable { case text, json, github }

    /// The problems in a format, ending with a line end unless empty.
    package static func render(
        _ diagnostics: [Diagnostic],
        as format: Format,
        color: Bool = false
    ) -> String {
        switch format {
        case .text: text(diagnostics, color: color)
        case .json: json(diagnostics)
        case .github: github(diagnostics)
        }
    }

    /// The problems as a compiler shows them: place, source line, caret, notes, help, a count.
    package static func text(_ diagnostics: [Diagnostic], color: Bool = false) -> String {
        guard !diagnostics.isEmpty else { return "" }
        let blocks = diagnostics.map { block($0, Paint(isOn: color)) }
        return blocks.joined(separator: "\n") + "\n" + summary(diagnostics) + "\n"
    }

    /// Counts, such as `2 errors, 1 warning`.
    package static func summary(_ diagnostics: [Diagnostic]) -> String {
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count - errors
        return [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
    }

    private static func block(_ diagnostic: Diagnostic, _ paint: Paint) -> String {
        let head = paint.severity(
            "\(diagnostic.severity.rawValue)[\(diagnostic.code)]",
            diagnostic.severity
        )
        var lines = ["\(head): \(paint.bold(diagnostic.message.shown))"]
        if let span = diagnostic.span { lines += excerpt(span, diagnostic.label, paint) }
        for note in diagnostic.notes {
            lines.append("  \(paint.bold("note")): \(note.message.shown)")
            lines += excerpt(note.span, nil, paint)
        }
        if let help = diagnostic.help { lines.append("  \(paint.bold("help")): \(help.shown)") }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func excerpt(_ span: SourceSpan, _ label: String?, _ paint: Paint) -> [String] {
        let window = Window(span)
        let number =
            String(repeating: " ", count: max(0, 5 - "\(span.line)".count)) + "\(span.line)"
        let margin = String(repeating: " ", count: number.count)
        let caret = paint.caret(window.caret + (label.map { " " + $0.shown } ?? ""))
        return [
            "  \(paint.bar("-->")) \(span)",
            "\(paint.bar("\(number) |")) \(window.text)",
            "\(paint.bar("\(margin) |")) \(window.padding)\(caret)",
        ]
    }
}

/// The part of a source line that is shown, and the blanks and carets under it.
private struct Window {
    let text: String
    let padding: String
    let caret: String

    init(_ span: SourceSpan) {
        let line = span.source.line(span.line)
        let width = YAMLLimits.excerptColumns
        let start = span.column > width ? min(span.column - width / 2, line.count) : 0
        let before = line[min(start, line.count)..<min(span.column - 1, line.count)]
        text = Self.string(line.dropFirst(start).prefix(width)).shown
        // Tabs stay tabs, so that the caret stands where the terminal puts the character.
        padding = Self.string(before.map { $0 == "\t" ? "\t" : " " })
        caret = String(repeating: "^", count: max(1, min(span.length, width - before.count)))
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}

/// ANSI colours, or none.
private struct Paint {
    let isOn: Bool

    func bold(_ text: String) -> String { wrap(text, "1") }
    func bar(_ text: String) -> String { wrap(text, "34") }
    func caret(_ text: String) -> String { wrap(text, "33") }
    func severity(_ text: String, _ severity: Diagnostic.Severity) -> String {
        wrap(text, severity == .error ? "1;31" : "1;33")
    }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
