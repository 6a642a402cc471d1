// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Shows a build's progress on a terminal as one bar that is redrawn, elsewhere as a line now and
/// then.
package struct ProgressBar {
    /// Redrawing more often than a screen refreshes is wasted.
    private static let redrawSeconds = 0.1
    /// Often enough to see in a log that a build lives.
    private static let lineSeconds = 5.0
    private static let width = 30

    private let isTerminal: Bool
    private let write: (String) -> Void
    private let now: () -> Double
    private var shownAt: Double
    private var phase: BuildProgress.Phase?

    /// A bar on standard error.
    package init() {
        self.init(
            isTerminal: isatty(STDERR_FILENO) == 1,
            now: { ProcessInfo.processInfo.systemUptime },
            write: { FileHandle.standardError.write(Data($0.utf8)) }
        )
    }

    init(isTerminal: Bool, now: @escaping () -> Double, write: @escaping (String) -> Void) {
        self.isTerminal = isTerminal
        self.now = now
        self.write = write
        shownAt = now()
    }

    /// Shows progress, unless the last was shown a moment ago.
    package mutating func show(_ progress: BuildProgress) {
        let isNew = isTerminal && phase != progress.phase
        let interval = isTerminal ? Self.redrawSeconds : Self.lineSeconds
        guard isNew || now() - shownAt >= interval else { return }
        shownAt = now()
        phase = progress.phase
        write(isTerminal ? "\r\u{1B}[K" + Self.bar(progress) : Self.line(progress) + "\n")
    }

    /// Clears the bar off the terminal; to be called once, also when the build failed.
    package mutating func finish() {
        if isTerminal, phase != nil { write("\r\u{1B}[K") }
        phase = nil
    }

    static func bar(_ progress: BuildProgress) -> String {
        let filled = Int(share(progress) * Double(width))
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return "\(bar) \(line(progress))"
    }

    static func line(_ progress: BuildProgress) -> String {
        let percent = Int(share(progress) * 100)
        return "\(percent) % \(progress.phase.rawValue), \(BuildReport.grouped(progress.rows)) rows"
    }

    /// The two readings take about half each; writing comes after both.
    private static func share(_ progress: BuildProgress) -> Double {
        guard progress.phase != .writing else { return 1 }
        let read = Double(progress.bytesRead) / Double(max(progress.bytesTotal, 1))
        return (progress.phase == .survey ? 0 : 0.5) + min(read, 1) / 2
    }
}
