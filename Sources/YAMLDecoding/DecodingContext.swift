// SPDX-License-Identifier: Apache-2.0

/// What decoders share while one file is decoded: the file, the environment, the problems.
package final class DecodingContext {
    /// The file.
    package let file: YAMLFile
    /// Every problem so far.
    package let log = DiagnosticLog()
    private let substitution: VariableSubstitution
    /// The key being decoded, such as `port` or `columns[2]`; empty at the top of the file.
    private(set) var key = ""
    /// What is being decoded, as messages name it.
    var subject: String { key.isEmpty ? "the file" : "`\(key)`" }

    /// A context for one file.
    package init(file: YAMLFile, environment: [String: String]) {
        self.file = file
        substitution = VariableSubstitution(environment: environment)
    }

    /// Decodes the whole file; nil when there is any error, and the log has all of them.
    package func decode<Value>(_ decoder: ValueDecoder<Value>) -> Value? {
        let value = decoder.decode(file.root, self)
        return log.hasErrors ? nil : value
    }

    /// Adds a problem at a place.
    package func report(
        _ code: DiagnosticCode,
        _ message: String,
        at span: SourceSpan,
        label: String? = nil,
        notes: [Diagnostic.Note] = [],
        help: String? = nil
    ) {
        log.report(Diagnostic(code, message, at: span, label: label, notes: notes, help: help))
    }

    /// A scalar's text with variables replaced; nil after reporting what hinders it.
    func substituted(_ scalar: YAMLScalar, at span: SourceSpan) -> String? {
        do throws(VariableSubstitution.Fault) {
            return try substitution.apply(to: scalar.text)
        } catch {
            report(error, at: span)
            return nil
        }
    }

    func naming<Result>(_ key: String, _ body: () -> Result) -> Result {
        let outer = self.key
        defer { self.key = outer }
        self.key = key
        return body()
    }

    private func report(_ fault: VariableSubstitution.Fault, at span: SourceSpan) {
        switch fault {
        case .unset(let name):
            let help = "set \(name), or give a default: ${\(name):-value}"
            report(.unsetVariable, "the environment has no `\(name)`", at: span, help: help)
        case .malformed:
            let help = "write ${NAME} or ${NAME:-default}; for a literal `${` write `$${`"
            report(.malformedVariable, "`${` is not followed by a variable", at: span, help: help)
        }
    }
}
