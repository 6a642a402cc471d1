// SPDX-License-Identifier: Apache-2.0

/// One problem in a file: what, where, and how to mend it.
package struct Diagnostic: Hashable, Sendable {
    /// How bad it is; only errors refuse the file.
    package enum Severity: String, Sendable { case error, warning }

    /// A second place that belongs to the problem.
    package struct Note: Hashable, Sendable {
        /// What is to be seen there.
        package let message: String
        /// The place.
        package let span: SourceSpan

        /// A note at a place.
        package init(_ message: String, at span: SourceSpan) {
            self.message = message
            self.span = span
        }
    }

    /// Whether the file is refused for it.
    package var severity = Severity.error
    /// The stable code.
    package let code: DiagnosticCode
    /// One line: what is wrong.
    package let message: String
    /// The place; nil when the file as a whole is at fault.
    package let span: SourceSpan?
    /// A few words beside the caret.
    package var label: String?
    /// Other places.
    package var notes: [Note]
    /// What to do.
    package var help: String?

    /// A problem; an error unless `severity` says otherwise.
    package init(
        _ code: DiagnosticCode,
        _ message: String,
        at span: SourceSpan?,
        label: String? = nil,
        notes: [Note] = [],
        help: String? = nil
    ) {
        self.code = code
        self.message = message
        self.span = span
        self.label = label
        self.notes = notes
        self.help = help
    }
}

/// The problems that stopped something, thrown where nothing can be done beside them.
package struct DiagnosticReport: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problems, in order of place.
    package let diagnostics: [Diagnostic]

    /// A report of these problems.
    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// The problems as text without colour.
    package var description: String { DiagnosticRenderer.text(diagnostics) }
}
