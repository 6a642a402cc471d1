// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

struct PluginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin",
        abstract: "Look at plugins and check them.",
        subcommands: [
            PluginListCommand.self, PluginInspectCommand.self, PluginCheckCommand.self,
            PluginBenchCommand.self,
            PluginCheckChildCommand.self,
        ]
    )
}
