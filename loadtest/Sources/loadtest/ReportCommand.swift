// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import LoadTesting

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Judge a recorded run anew, and write its reports.",
        discussion: """
            Reads run.json and run.hlog of a folder that `run --out` wrote. The run's own assertions \
            and those of --assert are judged; the exit code is that of `run`.
            """
    )

    @Argument(help: "The folder of a recorded run.")
    var folder: String

    @Flag(name: .long, help: "Judge by --assert alone, not by the run's own assertions.")
    var forgetAssertions = false

    @OptionGroup(title: "What it must fulfil, and where reports go") var options: ReportOptions

    func run() throws {
        try Failing.reporting {
            var record = try RunRecord.load(folder)
            if forgetAssertions { record.description.assertions = [] }
            record.description.assertions += options.assert
            try options.deliver(record, writesRecord: options.out.map { $0 != folder } ?? false)
        }
    }
}
