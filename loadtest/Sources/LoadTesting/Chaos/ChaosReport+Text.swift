// SPDX-License-Identifier: Apache-2.0
import Foundation

extension ChaosReport {
    private static let nameWidth = 20
    private static let columnWidth = 12
    private static let percentiles = ["p50", "p95", "p99"]

    /// The faults for people; empty without any.
    package var text: String {
        guard !faults.isEmpty else { return "" }
        return (events.map(Self.line) + [""] + faults.flatMap(Self.lines))
            .joined(separator: "\n")
    }

    private static func line(_ event: ChaosEvent) -> String {
        String(format: "%7.2f s  ", event.atSeconds) + event.progress
    }

    private static func lines(_ fault: Fault) -> [String] {
        let columns = ["seconds", "goodput/s", "answered"] + percentiles + ["max"]
        let windows = [("before", fault.before), ("during", fault.during), ("after", fault.after)]
        return [padded(fault.name) + columns.map(column).joined() + "  by"]
            + windows.compactMap { name, window in window.map { padded("  " + name) + row($0) } }
            + ["  " + fault.recovery]
    }

    private static func row(_ window: Window) -> String {
        let times = percentiles.map { window.percentilesMs[$0] } + [window.maxMs]
        let shown = times.map { time in
            time.map { TimeText.text(nanoseconds: UInt64($0 * 1e6)) } ?? "-"
        }
        let columns =
            [
                "\(window.startSeconds)-\(window.endSeconds)", NumberText.rate(window.goodput),
                window.answeredShare.map(NumberText.percent) ?? "-",
            ] + shown
        let shares = window.outcomes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \(NumberText.percent($0.value))" }
        return columns.map(column).joined() + "  " + shares.joined(separator: ", ")
    }

    private static func padded(_ text: String) -> String {
        text.padding(toLength: max(nameWidth, text.count), withPad: " ", startingAt: 0)
    }

    private static func column(_ text: String) -> String {
        String(repeating: " ", count: max(1, columnWidth - text.count)) + text
    }
}

extension ChaosReport.Fault {
    /// How it was got over, in one line.
    var recovery: String {
        guard beganSeconds != nil else { return "did not begin" }
        guard let seconds = recoverySeconds else {
            return
                "not seen to recover: no \(Recovery.secondsNeeded) good seconds in a row after it"
        }
        return String(format: "recovered within %.1f s of its end", max(1, seconds))
    }
}

extension ChaosEvent {
    /// One line for the progress of a run.
    package var progress: String {
        "\(fault) \(isBeginning ? "begins" : "ends"): \(hasFailed ? "failed, " : "")\(text)"
    }
}
