// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting

/// Redraws a few lines on the terminal while a run goes on.
enum LiveView {
    private static let interval = Duration.seconds(1)

    /// Whether standard error is a terminal that can be drawn on.
    static var isPossible: Bool {
        isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Draws until the task is cancelled, then clears what was drawn.
    static func draw(_ progress: RunProgress, totalSeconds: Double) async {
        var screen = LiveScreen(totalSeconds: totalSeconds, takesColor: StandardError.takesColor)
        let clock = ContinuousClock()
        let start = clock.now
        var last = start
        var drawn = 0
        while (try? await Task.sleep(for: interval)) != nil {
            let now = clock.now
            screen.update(progress.look(), seconds: (now - last) / .seconds(1))
            last = now
            let elapsed = (now - start) / .seconds(1)
            let lines = screen.lines(elapsedSeconds: elapsed, columns: columns)
            write(clear(drawn) + lines.map { $0 + "\n" }.joined())
            drawn = lines.count
        }
        write(clear(drawn))
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
        FileHandle.standardError.write(Data(text.utf8))
    }
}
