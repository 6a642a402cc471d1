// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Latency by percentile, both axes logarithmic: the tail has as much room as the rest.
enum PercentileChart {
    /// Lines told apart by color.
    static let linesMaximum = 6
    private static let marks = [0, 50, 90, 99, 99.9, 99.99, 99.999]

    /// A chart of named histograms; nil when none has values.
    static func text(_ lines: [(name: String, histogram: LatencyHistogram)]) -> String? {
        let lines = lines.filter { $0.histogram.count > 0 }.prefix(linesMaximum)
        guard let largest = lines.map(\.histogram.maximumNanoseconds).max(),
            let smallest = lines.compactMap({ $0.histogram.entries.first?.nanoseconds }).min()
        else { return nil }
        let samples = lines.map(\.histogram.count).max() ?? 1
        let last = log10(Double(max(samples, 10)))
        let plot = SVGPlot(
            label: "Latency by percentile of " + lines.map(\.name).joined(separator: ", "),
            x: SVGPlot.Axis(
                range: 0...last,
                marks: marks.map {
                    (distance($0 / 100), "\(RunReport.name(ofPercentile: $0).dropFirst()) %")
                }
                .filter { $0.value <= last },
                title: "percentile"
            ),
            y: .latency(min(smallest, largest)...largest)
        )
        let drawn = lines.enumerated().map { plot.line(points($1.histogram), style: "line l\($0)") }
        return plot.text(drawn.joined(separator: "\n")) + legend(lines.map(\.name))
    }

    /// How far a share of samples lies from the largest, in powers of ten.
    private static func distance(_ share: Double) -> Double { -log10(max(1 - share, 1e-12)) }

    private static func points(_ histogram: LatencyHistogram) -> [(Double, Double)] {
        var passed: UInt64 = 0
        var points: [(Double, Double)] = []
        for entry in histogram.entries {
            // The value begins after the samples below it and ends with its own.
            let starts = distance(Double(passed) / Double(histogram.count))
            passed += entry.count
            if let last = points.last, starts - last.0 < 0.004 { continue }
            points.append((starts, SVGPlot.Axis.latency(entry.nanoseconds)))
        }
        let end = distance(1 - 1 / Double(histogram.count))
        points.append((end, SVGPlot.Axis.latency(histogram.maximumNanoseconds)))
        return points
    }

    static func legend(_ names: [String]) -> String {
        let items = names.enumerated().map {
            "<li class=\"k\($0)\">\(MarkupText.escaped($1))</li>"
        }
        return "<ul class=\"legend\">\(items.joined())</ul>"
    }
}
