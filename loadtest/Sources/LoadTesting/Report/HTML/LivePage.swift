// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A run while it goes on as one page: no script, the browser asks again until the run has ended.
package struct LivePage {
    private let course: LiveCourse

    /// The page of a course.
    package init(_ course: LiveCourse) { self.course = course }

    /// The page.
    package var text: String {
        HTMLPage(
            title: "loadtest: \(course.target)",
            content: """
                <h1>Load test</h1>
                <p class="facts">\(MarkupText.escaped(course.target)) · \(state)</p>
                <section><h2>Requests per second</h2>\(rates)</section>
                <section><h2>Scheduled latency</h2>\(latencies)</section>
                """,
            refreshSeconds: course.hasEnded ? nil : 1
        ).text
    }

    private var state: String {
        let counts = [("answered", course.counts.answered), ("shed", course.counts.shed)]
            .map { "\($0.0) \(NumberText.grouped($0.1))" }
        let failed = "failed \(NumberText.grouped(course.counts.failed))"
        let elapsed = course.points.last?.elapsedSeconds ?? 0
        let time =
            course.hasEnded
            ? "ended; its report is where the command put it"
            : String(format: "%.0f of %.0f s", elapsed, course.totalSeconds)
        return ([time] + counts + [failed]).joined(separator: " · ")
    }

    private var rates: String {
        let most = course.points.map { max($0.answersPerSecond, $0.troublesPerSecond) }.max() ?? 0
        return chart(
            "Requests per second over time",
            .linear(upTo: most, title: "", marks: 5),
            [
                ("answered", course.points.map { ($0.elapsedSeconds, $0.answersPerSecond) }),
                (
                    "shed and failed",
                    course.points.map { ($0.elapsedSeconds, $0.troublesPerSecond) }
                ),
            ]
        )
    }

    private var latencies: String {
        let points = course.points.compactMap { point in
            point.latency.map { (point.elapsedSeconds, $0) }
        }
        guard let least = points.map(\.1.p50).min(), let most = points.map(\.1.p99).max() else {
            return "<p>no answers yet</p>"
        }
        return chart(
            "Scheduled latency over time",
            .latency(least...max(least, most)),
            [
                ("p50", points.map { ($0.0, SVGPlot.Axis.latency($0.1.p50)) }),
                ("p99", points.map { ($0.0, SVGPlot.Axis.latency($0.1.p99)) }),
            ]
        )
    }

    private func chart(
        _ label: String,
        _ y: SVGPlot.Axis,
        _ lines: [(name: String, points: [(Double, Double)])]
    ) -> String {
        let end = max(course.points.last?.elapsedSeconds ?? 0, course.totalSeconds)
        let plot = SVGPlot(label: label, x: .linear(upTo: end, title: "seconds"), y: y)
        let drawn = lines.enumerated().map { plot.line($1.points, style: "line l\($0)") }
        return plot.text(drawn.joined(separator: "\n")) + PercentileChart.legend(lines.map(\.name))
    }
}
