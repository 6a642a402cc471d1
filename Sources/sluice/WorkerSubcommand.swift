// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ControlPlane

/// The process of an isolated handler; started by `serve` and by `plugin bench`, never by people.
struct WorkerSubcommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: WorkerHost.subcommand,
        shouldDisplay: false
    )

    @Flag(name: .long) var synthetic = false
    @Argument var nonce: String

    func run() { WorkerProgram.run(nonce: nonce, usesSyntheticSnapshot: synthetic) }
}
