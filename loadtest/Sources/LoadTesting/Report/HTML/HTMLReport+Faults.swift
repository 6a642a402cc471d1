// SPDX-License-Identifier: Apache-2.0
import Foundation

extension HTMLTable {
    /// What was done to the target, and the seconds before, during and after each fault.
    static func faults(_ report: ChaosReport) -> String {
        let events = HTMLTable(
            caption: "What was done",
            columns: ["fault", "at", "what"],
            rows: report.events.map { event in
                let what = (event.hasFailed ? "failed: " : "") + event.text
                return [
                    "\(event.fault) \(event.isBeginning ? "begins" : "ends")",
                    String(format: "%.2f s", event.atSeconds), what,
                ]
            }
        )
        return events.text + report.faults.map { windows(of: $0).text }.joined()
    }

    private static func windows(of fault: ChaosReport.Fault) -> HTMLTable {
        let names = ["p50", "p95", "p99"]
        let windows = [("before", fault.before), ("during", fault.during), ("after", fault.after)]
        return HTMLTable(
            caption: "\(fault.name): \(fault.recovery)",
            columns: ["", "seconds", "goodput", "answered"] + names + ["max"],
            rows: windows.compactMap { name, window in
                window.map { window in
                    [
                        name, "\(window.startSeconds)–\(window.endSeconds)",
                        NumberText.rate(window.goodput) + "/s",
                        window.answeredShare.map(NumberText.percent) ?? "-",
                    ]
                        + (names.map { window.percentilesMs[$0] } + [window.maxMs])
                        .map { $0.map(RunReport.time) ?? "-" }
                }
            }
        )
    }
}
