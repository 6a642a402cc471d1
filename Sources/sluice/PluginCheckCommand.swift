// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Foundation
import PluginHost

struct PluginCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Try a plugin against the rules of sluice_plugin.h.",
        discussion: """
            The plugin's code runs in a process of its own: one that crashes or hangs fails its check. \
            Exit codes: 0 passed, 1 failed.
            """
    )

    @Argument(help: "The shared object.")
    var path: String

    @Option(
        name: .long,
        help: "Settings its handlers are loaded with: a JSON object, or a file that holds one."
    )
    var settings = "{}"

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        try reporting {
            let settings = try settingsJSON()
            let results = PluginCheck.run(
                path: path,
                settingsJSON: settings,
                child: Self.child(path, settings)
            )
            if json {
                try printJSON(results)
            } else {
                for result in results { print(result) }
            }
            let failures = results.count { $0.outcome == .fail }
            StandardError.write(
                failures == 0 ? "\(path) conforms" : "\(path): \(failures) checks failed"
            )
            guard failures == 0 else { throw ExitCode.failure }
        }
    }

    private func settingsJSON() throws -> String {
        let isObject = settings.drop(while: \.isWhitespace).first == "{"
        return isObject ? settings : try String(contentsOfFile: settings, encoding: .utf8)
    }

    /// This executable again: only then do plugin and host share nothing but the C protocol.
    private static func child(_ path: String, _ settings: String) -> PluginCheck.ChildCommand {
        PluginCheck.ChildCommand(
            executable: "/proc/self/exe",
            arguments: ["plugin", PluginCheckChildCommand.name, path, "--settings", settings]
        )
    }
}

/// The half of `check` that runs the plugin's code; results go to a descriptor `check` opened.
struct PluginCheckChildCommand: ParsableCommand {
    static let name = "check-child"

    static let configuration = CommandConfiguration(commandName: name, shouldDisplay: false)

    @Argument var path: String
    @Option(name: .long) var settings: String

    func run() {
        PluginCheck.runChild(path: path, settingsJSON: settings)
    }
}
