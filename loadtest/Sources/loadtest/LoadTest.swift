// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

@main
struct LoadTest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "loadtest",
        abstract: "An open-loop load tester that says when its own numbers mean nothing.",
        discussion: """
            The report goes to standard output, talk to standard error. Exit codes: 0 the run is \
            valid, 1 it did not work, 64 the command line is wrong, 78 the scenario is wrong, 98 the \
            run is not valid, 99 an assertion was missed, 130 stopped by Ctrl-C with the report \
            written.
            """,
        subcommands: [RunCommand.self, ReportCommand.self]
    )
}
