// SPDX-License-Identifier: Apache-2.0

/// A table of texts as HTML; the first column names the rows, the others are numbers.
struct HTMLTable {
    let caption: String
    let columns: [String]
    let rows: [[String]]

    /// The table; nothing without rows.
    var text: String {
        guard !rows.isEmpty else { return "" }
        let head = columns.map { "<th scope=\"col\">\(MarkupText.escaped($0))</th>" }.joined()
        let body = rows.map { row in
            let cells = row.dropFirst().map { "<td>\(MarkupText.escaped($0))</td>" }.joined()
            return "<tr><th scope=\"row\">\(MarkupText.escaped(row.first ?? ""))</th>\(cells)</tr>"
        }
        return """
            <div class="scroll" tabindex="0"><table>
            <caption>\(MarkupText.escaped(caption))</caption>
            <thead><tr>\(head)</tr></thead>
            <tbody>\(body.joined(separator: "\n"))</tbody>
            </table></div>

            """
    }
}

extension HTMLTable {
    /// Latencies, a row each; what has too few samples says how many it needs.
    static func latencies(_ caption: String, _ rows: [(String, RunReport.Latency)]) -> HTMLTable {
        let names = RunReport.percentiles.map(RunReport.name)
        return HTMLTable(
            caption: caption,
            columns: [""] + ["count", "mean"] + names + ["max"],
            rows: rows.filter { $0.1.count > 0 }.map { name, latency in
                [name, NumberText.grouped(Int(latency.count)), RunReport.time(latency.meanMs)]
                    + names.map { cell($0, latency) } + [RunReport.time(latency.maxMs)]
            }
        )
    }

    private static func cell(_ percentile: String, _ latency: RunReport.Latency) -> String {
        if let value = latency.percentilesMs[percentile] { return RunReport.time(value) }
        return "needs " + NumberText.grouped(Int(latency.samplesNeeded[percentile] ?? 0))
    }
}
