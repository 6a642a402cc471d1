// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Scheduled latency over time: a column for each second, a row for a part of a decade, darker where
/// more requests lie.
enum HeatMap {
    private static let columnsMaximum = 120
    private static let rowsPerDecade = 8
    /// Steps of darkness.
    static let levels = 8

    /// A map of one histogram a second; nil when none has values.
    static func text(_ seconds: [LatencyHistogram]) -> String? {
        let filled = seconds.filter { $0.count > 0 }
        guard let largest = filled.map(\.maximumNanoseconds).max(),
            let smallest = filled.compactMap({ $0.entries.first?.nanoseconds }).min()
        else { return nil }
        let plot = SVGPlot(
            label: "Heat map of scheduled latency over time",
            x: .linear(upTo: Double(seconds.count), title: "second in which requests were due"),
            y: .latency(min(smallest, largest)...largest)
        )
        return plot.text(cells(seconds, plot))
    }

    private static func cells(_ seconds: [LatencyHistogram], _ plot: SVGPlot) -> String {
        let width = max((seconds.count + columnsMaximum - 1) / columnsMaximum, 1)
        var counts: [Cell: UInt64] = [:]
        for (second, histogram) in seconds.enumerated() {
            for entry in histogram.entries {
                let row = SVGPlot.Axis.latency(entry.nanoseconds) * Double(rowsPerDecade)
                counts[Cell(column: second / width, row: Int(row.rounded(.down))), default: 0] +=
                    entry.count
            }
        }
        let most = log(Double(counts.values.max() ?? 1) + 1)
        var paths = [String](repeating: "", count: levels)
        for (cell, count) in counts.sorted(by: { $0.key < $1.key }) {
            let level = Int(log(Double(count) + 1) / most * Double(levels - 1))
            paths[level] += cell.path(width: width, plot)
        }
        return paths.enumerated().filter { !$1.isEmpty }
            .map { "<path class=\"h\($0)\" d=\"\($1)\"/>" }.joined(separator: "\n")
    }

    private struct Cell: Hashable, Comparable {
        let column: Int
        let row: Int

        static func < (left: Cell, right: Cell) -> Bool {
            (left.column, left.row) < (right.column, right.row)
        }

        func path(width: Int, _ plot: SVGPlot) -> String {
            let low = plot.place(Double(column * width), Double(row) / Double(rowsPerDecade))
            let high = plot.place(
                Double((column + 1) * width),
                Double(row + 1) / Double(rowsPerDecade)
            )
            return String(format: "M%.1f %.1fH%.1fV%.1fH%.1fz", low.x, low.y, high.x, high.y, low.x)
        }
    }
}
