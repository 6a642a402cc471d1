// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import GatewayConfig
import PluginHost

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
                for inspection in inspections { print(Self.line(inspection)) }
            }
        }
    }

    private static func line(_ inspection: PluginInspection) -> String {
        let note = inspection.note
        return "\(note.name) \(note.version)  \(inspection.sha256)  \(inspection.path)"
    }
}
