// SPDX-License-Identifier: Apache-2.0
import Foundation

extension SearchReport {
    /// One self-contained page: the answer, the curve, the table.
    package var html: String {
        let lines = conclusion.map { "<p>\(MarkupText.escaped($0))</p>" }.joined(separator: "\n")
        return HTMLPage(
            title: "loadtest search: \(question.target)",
            content: "<h1>Highest rate</h1>\n\(lines)\n\(CurvePicture(self).svg)\n\(table.text)"
        ).text
    }

    private var table: HTMLTable {
        let names = Self.percentiles.map(RunReport.name)
        return HTMLTable(
            caption: "Probes by rate; percentiles of scheduled latency with their 95 % intervals",
            columns: ["rate/s", "finding", "goodput/s"] + names,
            rows: probes.sorted { $0.rate < $1.rate }.map { row in
                [
                    NumberText.rate(row.rate), row.finding.replacing("_", with: " "),
                    row.goodput.map { NumberText.rate($0.estimate) } ?? "-",
                ] + names.map { row.percentilesMs[$0].map(Self.ends) ?? "-" }
            }
        )
    }

    private static func ends(_ interval: ConfidenceInterval) -> String {
        String(
            format: "%.2f ms (%.2f – %.2f)",
            interval.estimate,
            interval.lower,
            interval.upper
        )
    }
}
