// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import GatewayCore

@main
struct Sluice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice",
        abstract: "An edge inference gateway for online stores.",
        discussion: """
            Data goes to standard output, talk to standard error. Exit codes: 0 done, 1 it did not \
            work, 64 the command line is wrong, 78 the configuration is wrong.
            """,
        version: "\(GatewayVersion.text)",
        subcommands: [
            ServeCommand.self, ValidateCommand.self, SnapshotCommand.self, IndexCommand.self,
            EvaluateCommand.self, ForecastCommand.self, PluginCommand.self,
            ProbeChildCommand.self,
            WorkerSubcommand.self,
        ]
    )
}
