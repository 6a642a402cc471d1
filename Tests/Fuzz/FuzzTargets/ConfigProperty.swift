// SPDX-License-Identifier: Apache-2.0
import GatewayConfig
import YAMLDecoding

/// A configuration file is taken or refused with reasons, each of which points into the file.
package struct ConfigProperty: FuzzProperty {
    /// A reader of a configuration.
    package typealias Loader = ([UInt8]) -> (isAccepted: Bool, diagnostics: [Diagnostic])

    private let load: Loader

    /// The property of our configuration.
    package init() {
        load = { bytes in
            let result = GatewayConfig.load(
                name: "sluice.yaml",
                folder: "/etc/sluice",
                bytes: bytes,
                environment: ["SLUICE_FUZZ": "value"]
            )
            return (result.config != nil, result.diagnostics)
        }
    }

    /// The property of any loader.
    package init(load: @escaping Loader) { self.load = load }

    /// Loads the file twice and holds the diagnostics against it.
    ///
    /// - Throws: `PropertyViolation`.
    package func check(_ input: [UInt8]) throws {
        let (isAccepted, diagnostics) = load(input)
        let hasErrors = diagnostics.contains { $0.severity == .error }
        try PropertyViolation.unless(
            isAccepted != hasErrors,
            "accepted: \(isAccepted), with \(diagnostics.count) diagnostics"
        )
        try PropertyViolation.unless(
            load(input).diagnostics == diagnostics,
            "the second load says something else"
        )
        try PropertyViolation.unless(
            diagnostics.count <= YAMLLimits.diagnostics + 1,
            "\(diagnostics.count) diagnostics"
        )
        for diagnostic in diagnostics { try Self.check(diagnostic, in: input) }
    }

    private static func check(_ diagnostic: Diagnostic, in input: [UInt8]) throws {
        let spans = [diagnostic.span].compactMap { $0 } + diagnostic.notes.map(\.span)
        for span in spans {
            try PropertyViolation.unless(
                isInside(span, input),
                "\(span), \(span.length) long, is outside: \(diagnostic.message)"
            )
        }
        let text = DiagnosticRenderer.text([diagnostic])
        try PropertyViolation.unless(
            text.unicodeScalars.allSatisfy(isPrintable),
            "a control character reaches the terminal: \(text.debugDescription)"
        )
    }

    /// A tab of the file is shown as it is, so that the caret below stands where it should.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory != .control || "\n\t".unicodeScalars.contains(scalar)
    }

    /// Whether a place is in the file; the column after a line's last character is.
    private static func isInside(_ span: SourceSpan, _ input: [UInt8]) -> Bool {
        let line = span.source.line(span.line)
        return (1...max(1, span.source.lines.count)).contains(span.line)
            && (1...line.count + 1).contains(span.column)
            && (1...max(1, line.count - span.column + 1)).contains(span.length)
    }
}
