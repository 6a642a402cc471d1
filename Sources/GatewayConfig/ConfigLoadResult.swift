// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// A configuration, or why there is none.
package struct ConfigLoadResult: Sendable {
    /// The configuration; nil when any problem is an error.
    package let config: GatewayConfig?
    /// The problems, in order of place.
    package let diagnostics: [Diagnostic]
    /// The file, to place problems found later; nil when it could not be parsed.
    package let file: YAMLFile?

    fileprivate init(
        environment: [String: String],
        parse: () throws(DiagnosticReport) -> YAMLFile
    ) {
        do throws(DiagnosticReport) {
            let file = try parse()
            let context = DecodingContext(file: file, environment: environment)
            config = context.decode(.object(GatewayConfig.init))
            diagnostics = context.log.diagnostics
            self.file = file
        } catch {
            (config, diagnostics, file) = (nil, error.diagnostics, nil)
        }
    }
}

extension GatewayConfig {
    /// Reads, decodes and checks a configuration file; nothing it names is opened.
    package static func load(path: String, environment: [String: String]) -> ConfigLoadResult {
        ConfigLoadResult(environment: environment) { () throws(DiagnosticReport) in
            try YAMLFile(path: path)
        }
    }

    /// Decodes and checks bytes as if they were a file of this name in this folder.
    package static func load(
        name: String,
        folder: String,
        bytes: [UInt8],
        environment: [String: String]
    ) -> ConfigLoadResult {
        ConfigLoadResult(environment: environment) { () throws(DiagnosticReport) in
            try YAMLFile(name: name, folder: folder, bytes: bytes)
        }
    }
}

extension ConfigLoadResult {
    /// Every problem as text, without color.
    package var diagnosticText: String { DiagnosticRenderer.text(diagnostics) }
}
