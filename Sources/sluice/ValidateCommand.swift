// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import GatewayConfig
import YAMLDecoding

/// Where the config is, for every command that reads one.
struct ConfigOptions: ParsableArguments {
    @Option(name: .long, help: "The config file.")
    var config = "config/sluice.yaml"

    /// The config; prints every mistake and exits with 78 when it has any.
    func load() throws -> GatewayConfig {
        let result = GatewayConfig.load(
            path: config,
            environment: ProcessInfo.processInfo.environment
        )
        if !result.diagnostics.isEmpty {
            StandardError.write(
                DiagnosticRenderer.text(result.diagnostics, color: StandardError.takesColor)
            )
        }
        guard let loaded = result.config else { throw ExitCode.badConfiguration }
        return loaded
    }
}

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a config file and tell every mistake at once.",
        discussion: """
            Checks what the file says, as `serve` and a reload do before anything is opened. \
            Diagnostics go to standard output. Exit codes: 0 valid, 78 not.
            """
    )

    @Option(name: .long, help: "The config file.")
    var config = "config/sluice.yaml"

    @Option(name: .long, help: "How to print diagnostics: text, json or github.")
    var format = DiagnosticRenderer.Format.text

    func run() throws {
        let result = GatewayConfig.load(
            path: config,
            environment: ProcessInfo.processInfo.environment
        )
        let color = isatty(STDOUT_FILENO) == 1 && StandardError.takesColor
        let text = DiagnosticRenderer.render(result.diagnostics, as: format, color: color)
        if !text.isEmpty { print(text) }
        guard let valid = result.config else { throw ExitCode.badConfiguration }
        StandardError.write("\(config): valid, fingerprint \(valid.configFingerprint)")
    }
}

extension DiagnosticRenderer.Format: ExpressibleByArgument {}
