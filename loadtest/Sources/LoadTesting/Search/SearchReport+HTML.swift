// SPDX-License-Identifier: Apache-2.0
import Foundation

extension SearchReport {
    /// One self-contained page: the answer, the curve, the table.
    package var html: String {
        let lines = conclusion.map { "<p>\(Self.escaped($0))</p>" }.joined(separator: "\n")
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>loadtest search</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
            table { border-collapse: collapse } td, th { padding: .2rem .8rem; text-align: right }
            tr:nth-child(even) { background: #f4f4f6 } svg { width: 100%; height: auto }
            </style></head><body>
            <h1>Highest rate</h1>
            \(lines)
            \(CurvePicture(self).svg)
            <table><tr><th>rate/s</th><th>goodput/s</th>\(headers)<th>finding</th></tr>
            \(rows)
            </table></body></html>

            """
    }

    private var headers: String {
        Self.percentiles.map { "<th>\(RunReport.name(ofPercentile: $0)), 95 % interval</th>" }
            .joined()
    }

    private var rows: String {
        probes.sorted { $0.rate < $1.rate }.map { row in
            let cells =
                [
                    NumberText.rate(row.rate),
                    row.goodput.map { NumberText.rate($0.estimate) } ?? "-",
                ]
                + Self.percentiles.map {
                    row.percentilesMs[RunReport.name(ofPercentile: $0)].map(Self.ends) ?? "-"
                } + [row.finding]
            return "<tr>" + cells.map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>"
        }.joined(separator: "\n")
    }

    private static func ends(_ interval: ConfidenceInterval) -> String {
        String(
            format: "%.2f ms (%.2f – %.2f)",
            interval.estimate,
            interval.lower,
            interval.upper
        )
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
