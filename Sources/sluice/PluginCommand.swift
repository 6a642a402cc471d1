// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import GatewayConfig
import PluginHost

struct PluginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin",
        abstract: "Look at plugins and check them.",
        subcommands: [PluginListCommand.self, PluginInspectCommand.self]
    )
}

struct PluginListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the plugins of a config, without running any of their code.",
        discussion: "Exit codes: 0 all can be read, 1 some cannot, 78 the config is wrong."
    )

    @OptionGroup var options: ConfigOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let config = try options.load()
        try reporting {
            let inspections = try config.plugins.map { try PluginInspector.inspect(path: $0.path) }
            if json {
                try printJSON(inspections)
            } else {
                for inspection in inspections {
                    print(
                        "\(inspection.note.name) \(inspection.note.version)  \(inspection.sha256)  \(inspection.path)"
                    )
                }
            }
        }
    }
}

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
