// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ControlPlane
import Foundation
import PluginHost

struct PluginBenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a handler inline, on a pool, and in a worker process.",
        discussion: """
            One call of two lines after another, against a synthetic snapshot: the time from handing \
            a call over until its owner is awake with the answer. Exit codes: 0 measured, 1 a call failed.
            """
    )

    @Argument(help: "The shared object.")
    var path: String

    @Option(name: .long, help: "The handler's name.")
    var handler: String

    @Option(name: .long, help: "Settings it is loaded with: a JSON object.")
    var settings = "{}"

    @Option(name: .long, help: "Calls to measure.")
    var calls = 100_000

    @Option(name: .long, help: "Microseconds between two calls; then everybody sleeps before each.")
    var pause = 0

    @Flag(name: .long, help: "Print JSON; times in nanoseconds.")
    var json = false

    func validate() throws {
        guard (1_000...10_000_000).contains(calls) else {
            throw ValidationError("calls is a number from 1000 to 10000000")
        }
        guard (0...1_000_000).contains(pause) else {
            throw ValidationError("pause is a number from 0 to 1000000")
        }
    }

    func run() throws {
        try reporting {
            let rows = try PluginBench(
                path: path,
                handler: handler,
                settingsJSON: settings,
                command: WorkerCommand(
                    executable: "/proc/self/exe",
                    arguments: [WorkerHost.subcommand, "--synthetic"]
                ),
                calls: calls,
                pauseNanoseconds: UInt64(pause) * 1_000
            )
            .run()
            if json { return try printJSON(rows) }
            print("microseconds      p50      p90      p99    p99.9   p99 above inline")
            for row in rows { print(Self.line(row)) }
        }
    }

    private static func line(_ row: PluginBench.Row) -> String {
        let times = [row.p50, row.p90, row.p99, row.p999].map { column(Double($0) / 1_000, 9) }
        let name = row.execution + String(repeating: " ", count: 12 - row.execution.count)
        return name + times.joined() + column(Double(row.p99AboveInline) / 1_000, 19)
    }

    private static func column(_ value: Double, _ width: Int) -> String {
        let text = value.formatted(.number.precision(.fractionLength(1)).grouping(.never))
        return String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
