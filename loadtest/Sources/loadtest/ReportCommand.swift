// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import LoadTesting

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Judge a recorded run anew, and write its reports.",
        discussion: """
            Reads run.json and run.hlog of a folder that `run --out` wrote. The run's own assertions \
            and those of --assert are judged; the exit code is that of `run`. Several folders are \
            processes that sent one load together, each with a --seed of its own: histograms and \
            counts are added up.
            """
    )

    @Argument(help: "The folder of a recorded run, or those of processes that sent one together.")
    var folders: [String]

    @Flag(name: .long, help: "Judge by --assert alone, not by the run's own assertions.")
    var forgetAssertions = false

    @OptionGroup(title: "What it must fulfil, and where reports go") var options: ReportOptions

    func run() throws {
        try Failing.reporting {
            let parts = try folders.map { try RunRecord.load($0) }
            guard var record = try RunRecord.merged(parts) else { return }
            if forgetAssertions { record.description.assertions = [] }
            record.description.assertions += options.assert
            try options.deliver(
                record,
                writesRecord: options.out.map { !folders.contains($0) } ?? false
            )
        }
    }
}
