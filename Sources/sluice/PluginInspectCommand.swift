// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import PluginHost

struct PluginInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a plugin's file says of itself; safe on any file.",
        discussion: "Exit codes: 0 shown, 1 the file is no plugin."
    )

    @Argument(help: "The shared object.")
    var path: String

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        try reporting {
            let inspection = try PluginInspector.inspect(path: path)
            if json {
                try printJSON(inspection)
            } else {
                print(inspection.description)
            }
        }
    }
}
