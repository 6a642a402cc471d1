// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The latency curve of a search as SVG: both axes logarithmic, intervals as bars.
struct CurvePicture {
    private static let (width, height, margin) = (900.0, 420.0, 60.0)
    /// The lines, in the order of the page's colors.
    private static let curves = ["p50", "p95", "p99"]

    private let report: SearchReport
    private let rows: [SearchReport.Row]
    private let rates: ClosedRange<Double>
    private let times: ClosedRange<Double>

    init(_ report: SearchReport) {
        self.report = report
        rows = report.probes.filter { $0.finding != "generator_limited" }
            .sorted { $0.rate < $1.rate }
        rates = Self.range(rows.map(\.rate))
        times = Self.range(
            rows.flatMap { $0.percentilesMs.values.flatMap { [$0.lower, $0.upper] } }
        )
    }

    var svg: String {
        let curves = Self.curves.enumerated().map(curve).joined(separator: "\n")
        return """
            <div class="chart" tabindex="0"><svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" \
            aria-label="Latency over rate">
            \(axes)
            \(curves)
            \(marks)
            </svg></div>
            """
    }

    // MARK: Parts

    private func curve(_ color: Int, _ name: String) -> String {
        let points = rows.compactMap { row in row.percentilesMs[name].map { (row.rate, $0) } }
        let line = points.map { "\(x($0.0)),\(y($0.1.estimate))" }.joined(separator: " ")
        let bars = points.map { rate, interval in
            """
            <line x1="\(x(rate))" x2="\(x(rate))" y1="\(y(interval.lower))" \
            y2="\(y(interval.upper))" class="bar l\(color)"/>
            """
        }.joined()
        let end = points.last.map { (x($0.0), y($0.1.estimate)) } ?? ("0", "0")
        return """
            \(bars)<polyline points="\(line)" class="line l\(color)"/>
            <text x="\(end.0)" y="\(end.1)" dx="6">\(name)</text>
            """
    }

    private var axes: String {
        let (left, right) = (Self.margin, Self.width - Self.margin)
        let lines = Self.ticks(times).map { time in
            """
            <line x1="\(left)" x2="\(right)" y1="\(y(time))" y2="\(y(time))" class="grid"/>\
            <text x="\(left - 6)" y="\(y(time))" text-anchor="end">\
            \(TimeText.text(nanoseconds: UInt64(time * 1e6)))</text>
            """
        }
        let labels = Self.ticks(rates).map { rate in
            """
            <text x="\(x(rate))" y="\(Self.height - Self.margin / 2)" text-anchor="middle">\
            \(NumberText.rate(rate))/s</text>
            """
        }
        return (lines + labels).joined(separator: "\n")
    }

    private var marks: String {
        let found = report.result?.rate.map { ("highest rate", $0) }
        let knee = report.knee.map { ("knee", $0.rate) }
        return [found, knee].compactMap { $0 }.enumerated().map { index, mark in
            """
            <line x1="\(x(mark.1))" x2="\(x(mark.1))" y1="20" y2="\(Self.height - Self.margin)" \
            class="mark"/>\
            <text x="\(x(mark.1))" y="\(14 + 14 * index)" text-anchor="end">\(mark.0) </text>
            """
        }.joined(separator: "\n")
    }

    // MARK: Scales

    private func x(_ rate: Double) -> String {
        let share = Self.share(rate, rates)
        return Self.number(Self.margin + share * (Self.width - 2 * Self.margin))
    }

    private func y(_ milliseconds: Double) -> String {
        let share = Self.share(milliseconds, times)
        return Self.number(Self.height - Self.margin - share * (Self.height - 1.5 * Self.margin))
    }

    private static func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        log(max(value, range.lowerBound) / range.lowerBound)
            / log(range.upperBound / range.lowerBound)
    }

    /// The range of positive values; never empty.
    private static func range(_ values: [Double]) -> ClosedRange<Double> {
        let positive = values.filter { $0 > 0 }
        let (least, most) = (positive.min() ?? 1, positive.max() ?? 10)
        return least...max(most, least * 1.1)
    }

    /// 1, 2 and 5 of each power of ten within a range.
    private static func ticks(_ range: ClosedRange<Double>) -> [Double] {
        (-6...9).flatMap { power in [1.0, 2, 5].map { $0 * pow(10, Double(power)) } }
            .filter(range.contains)
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
