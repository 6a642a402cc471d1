// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting

/// Shows how a run goes on, on the terminal and to browsers.
struct LiveView {
    private static let interval = Duration.seconds(1)

    /// Whether a few lines of the terminal are redrawn.
    let drawsOnTerminal: Bool
    /// Who serves the live page; nil when nobody does.
    let server: LiveServer?

    /// Whether standard error is a terminal that can be drawn on.
    static var isPossible: Bool {
        isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Shows the run until the task is cancelled, then clears what was drawn and shows the last page.
    func show(_ progress: RunProgress, target: String, totalSeconds: Double) async {
        var screen = LiveScreen(totalSeconds: totalSeconds, takesColor: StandardError.takesColor)
        var course = LiveCourse(target: target, totalSeconds: totalSeconds)
        let clock = ContinuousClock()
        let start = clock.now
        var last = start
        var drawn = 0
        server?.show(LivePage(course).text)
        while (try? await Task.sleep(for: Self.interval)) != nil {
            let now = clock.now
            let (counts, seconds) = (progress.look(), (now - last) / .seconds(1))
            let elapsed = (now - start) / .seconds(1)
            last = now
            course.update(counts, seconds: seconds, elapsedSeconds: elapsed)
            server?.show(LivePage(course).text)
            guard drawsOnTerminal else { continue }
            screen.update(counts, seconds: seconds)
            let lines = screen.lines(elapsedSeconds: elapsed, columns: Self.columns)
            Self.write(Self.clear(drawn) + lines.map { $0 + "\n" }.joined())
            drawn = lines.count
        }
        Self.write(Self.clear(drawn))
        course.end()
        server?.show(LivePage(course).text)
    }

    /// The terminal's width: a line that wraps would not be cleared.
    private static var columns: Int {
        var size = winsize()
        let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : LiveScreen.columnsDefault
    }

    /// Up to the first line that was drawn, and nothing below it.
    private static func clear(_ lines: Int) -> String {
        lines > 0 ? "\u{1B}[\(lines)A\u{1B}[J" : ""
    }

    private static func write(_ text: String) {
        guard !text.isEmpty else { return }
        FileHandle.standardError.write(Data(text.utf8))
    }
}
