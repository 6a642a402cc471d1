// SPDX-License-Identifier: Apache-2.0

/// Collects problems, so that one run tells all of them, up to `YAMLLimits.diagnostics`.
package final class DiagnosticLog {
    private var collected: [Diagnostic] = []
    private var leftOut = 0

    /// Whether any problem is an error.
    package private(set) var hasErrors = false

    /// An empty log.
    package init() {}

    /// Whether further problems are only counted.
    package var isFull: Bool { collected.count >= YAMLLimits.diagnostics }

    /// Adds a problem.
    package func report(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { hasErrors = true }
        if isFull { leftOut += 1 } else { collected.append(diagnostic) }
    }

    /// The problems by line and column; those without a place first.
    package var diagnostics: [Diagnostic] {
        let keyed = collected.enumerated().map {
            ($1.span?.line ?? 0, $1.span?.column ?? 0, $0, $1)
        }
        return keyed.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.map(\.3) + remainder
    }

    private var remainder: [Diagnostic] {
        let message = "\(leftOut) more problems are not shown"
        return leftOut == 0 ? [] : [Diagnostic(.tooManyProblems, message, at: nil)]
    }
}
