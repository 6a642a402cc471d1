// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The frame of a chart as SVG: two axes with marks, and a place to draw within.
struct SVGPlot {
    /// An axis from one value to another.
    struct Axis {
        let range: ClosedRange<Double>
        /// Where a line and a label stand.
        let marks: [(value: Double, label: String)]
        let title: String

        /// Where a value lies between 0 and 1; what is outside is moved to the end.
        func share(_ value: Double) -> Double {
            let span = range.upperBound - range.lowerBound
            return span > 0 ? min(max((value - range.lowerBound) / span, 0), 1) : 0
        }
    }

    static let width = 860.0, height = 320.0
    private static let left = 72.0, right = 12.0, top = 10.0, bottom = 44.0

    /// What the chart shows, for those who do not see it.
    let label: String
    let x: Axis
    let y: Axis

    /// The whole chart around what is drawn within it.
    func text(_ content: String) -> String {
        """
        <div class="chart" tabindex="0"><svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" \
        aria-label="\(MarkupText.escaped(label))">
        \(content)
        \(grid)
        </svg></div>
        """
    }

    /// Where a point of the data lies, in the picture's units.
    func place(_ xValue: Double, _ yValue: Double) -> (x: Double, y: Double) {
        (
            Self.left + x.share(xValue) * (Self.width - Self.left - Self.right),
            Self.height - Self.bottom - y.share(yValue) * (Self.height - Self.top - Self.bottom)
        )
    }

    /// A line through points, drawn in the style of a class.
    func line(_ points: [(Double, Double)], style: String) -> String {
        let path = points.map { point in
            let (x, y) = place(point.0, point.1)
            return String(format: "%.1f,%.1f", x, y)
        }
        return "<polyline class=\"\(style)\" points=\"\(path.joined(separator: " "))\"/>"
    }

    private var grid: String {
        let vertical = x.marks.map { mark in
            let at = place(mark.value, y.range.lowerBound)
            return "<path class=\"grid\" d=\"M\(Int(at.x)) \(Int(Self.top))V\(Int(at.y))\"/>"
                + Self.text(mark.label, at.x, at.y + 16, anchor: "middle")
        }
        let horizontal = y.marks.map { mark in
            let at = place(x.range.lowerBound, mark.value)
            return
                "<path class=\"grid\" d=\"M\(Int(at.x)) \(Int(at.y))H\(Int(Self.width - Self.right))\"/>"
                + Self.text(mark.label, at.x - 6, at.y + 4, anchor: "end")
        }
        let title = Self.text(
            x.title,
            (Self.left + Self.width) / 2,
            Self.height - 6,
            anchor: "middle"
        )
        return (vertical + horizontal + [title]).joined(separator: "\n")
    }

    private static func text(_ text: String, _ x: Double, _ y: Double, anchor: String) -> String {
        "<text x=\"\(Int(x))\" y=\"\(Int(y))\" text-anchor=\"\(anchor)\">"
            + MarkupText.escaped(text) + "</text>"
    }
}

extension SVGPlot.Axis {
    /// Latencies on a logarithmic axis that holds all of some values, in nanoseconds.
    static func latency(_ nanoseconds: ClosedRange<UInt64>) -> Self {
        let decades = [nanoseconds.lowerBound, nanoseconds.upperBound]
            .map { log10(Double(max($0, 1_000))) }
        let range =
            decades[0].rounded(.down)...max(decades[1].rounded(.up), decades[0].rounded(.down) + 1)
        let marks = stride(from: range.lowerBound, through: range.upperBound, by: 1).map {
            (value: $0, label: TimeText.text(nanoseconds: UInt64(pow(10, $0))))
        }
        return Self(range: range, marks: marks, title: "")
    }

    /// Where a latency lies on such an axis.
    static func latency(_ nanoseconds: UInt64) -> Double { log10(Double(max(nanoseconds, 1))) }

    /// From zero to a number, with about so many marks.
    static func linear(upTo maximum: Double, title: String, marks count: Int = 8) -> Self {
        let maximum = max(maximum, 1)
        let rough = maximum / Double(count)
        let magnitude = pow(10, log10(rough).rounded(.down))
        let step = [1, 2, 5, 10].map { $0 * magnitude }.first { $0 >= rough } ?? rough
        let marks = stride(from: 0, through: maximum, by: step).map {
            (value: $0, label: step < 1 ? String(format: "%.1f", $0) : NumberText.grouped(Int($0)))
        }
        return Self(range: 0...maximum, marks: marks, title: title)
    }
}
