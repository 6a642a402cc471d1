// SPDX-License-Identifier: Apache-2.0

/// Requests per second over time: due, and how they ended.
enum RateChart {
    /// A chart of a record's seconds; nil without any.
    static func text(_ record: RunRecord) -> String? {
        let lines: [(String, SeriesSelector.Outcomes)] = [
            ("due", .any), ("answered", .answered), ("shed", .shed), ("failed", .failed),
        ]
        let counts = lines.map { record.counts(of: SeriesSelector(outcomes: $0.1)) }
        guard let most = counts[0].max(), most > 0 else { return nil }
        let plot = SVGPlot(
            label: "Requests per second over time",
            x: .linear(
                upTo: Double(record.seconds.count),
                title: "second in which requests were due"
            ),
            y: .linear(upTo: Double(most), title: "", marks: 5)
        )
        let shown = zip(lines, counts).filter { $1.contains { $0 > 0 } }
        let drawn = shown.enumerated().map { number, line in
            plot.line(
                line.1.enumerated().map { (Double($0) + 0.5, Double($1)) },
                style: "line l\(number)"
            )
        }
        return plot.text(drawn.joined(separator: "\n")) + PercentileChart.legend(shown.map(\.0.0))
    }
}
