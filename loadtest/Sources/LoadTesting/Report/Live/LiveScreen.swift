// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The live view's lines from what was counted; pure, so that it can be tested.
package struct LiveScreen: Sendable {
    /// Looks that the course of the 99th percentile is shown for.
    private static let courseMaximum = 48
    private static let barWidth = 32
    /// What a terminal has that does not say.
    package static let columnsDefault = 80
    private static let steps = Array(" ▁▂▃▄▅▆▇█")

    private let totalSeconds: Double
    private let takesColor: Bool
    private var counts = RunProgress.Counts()
    private var rate = 0.0
    private var course: [UInt64] = []

    /// A screen for a run of so many seconds.
    package init(totalSeconds: Double, takesColor: Bool) {
        self.totalSeconds = totalSeconds
        self.takesColor = takesColor
    }

    /// Takes in what was counted in the last so many seconds.
    package mutating func update(_ latest: RunProgress.Counts, seconds: Double) {
        rate = seconds > 0 ? Double(latest.answered - counts.answered) / seconds : 0
        counts = latest
        guard latest.latest.count > 0 else { return }
        course.append(latest.latest.nanoseconds(atPercentile: 99))
        if course.count > Self.courseMaximum { course.removeFirst() }
    }

    /// The lines as of a time since the start, none of them wider than the terminal.
    package func lines(elapsedSeconds: Double, columns: Int = columnsDefault) -> [String] {
        let share = totalSeconds > 0 ? min(max(elapsedSeconds / totalSeconds, 0), 1) : 1
        let done = Int(share * Double(Self.barWidth))
        let bar =
            String(repeating: "█", count: done)
            + String(repeating: "░", count: Self.barWidth - done)
        let left = String(format: "%5.0f s of %.0f s", max(elapsedSeconds, 0), totalSeconds)
        let troubles = counts.shed + counts.failed
        let answers =
            "answered \(NumberText.grouped(counts.answered)), now \(NumberText.rate(rate))/s"
        let trouble =
            "shed \(NumberText.grouped(counts.shed)), failed \(NumberText.grouped(counts.failed))"
        return [
            String("\(bar) \(left)".prefix(columns)), String(answers.prefix(columns)),
            paint(String(trouble.prefix(columns)), isWarning: troubles > 0),
            String(latency.prefix(columns)), String(courseLine.prefix(columns)),
        ]
    }

    private var latency: String {
        let latest = counts.latest
        guard latest.count > 0 else { return "scheduled latency: no answers" }
        let texts = [50.0, 90, 99].map {
            RunReport.name(ofPercentile: $0) + " "
                + TimeText.text(nanoseconds: latest.nanoseconds(atPercentile: $0))
        }
        return "scheduled latency now: " + texts.joined(separator: ", ")
    }

    private var courseLine: String {
        guard let most = course.max(), most > 0 else { return "" }
        let bars = course.map { value in
            Self.steps[Int(Double(value) / Double(most) * Double(Self.steps.count - 1))]
        }
        return "p99 " + String(bars) + " up to " + TimeText.text(nanoseconds: most)
    }

    private func paint(_ text: String, isWarning: Bool) -> String {
        takesColor && isWarning ? "\u{1B}[33m\(text)\u{1B}[0m" : text
    }
}
