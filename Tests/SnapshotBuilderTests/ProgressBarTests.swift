// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SnapshotBuilder

@Suite struct ProgressBarTests {
    private final class Screen {
        var text = ""
        var time = 0.0
    }

    private func bar(on screen: Screen, isTerminal: Bool) -> ProgressBar {
        ProgressBar(
            isTerminal: isTerminal,
            now: { screen.time },
            write: { screen.text += $0 }
        )
    }

    private let half = BuildProgress(
        phase: .survey,
        bytesRead: 50,
        bytesTotal: 100,
        rows: 1_234_567
    )
    private let end = BuildProgress(phase: .features, bytesRead: 100, bytesTotal: 100, rows: 2)

    @Test func redrawsOneLineOnATerminal() {
        let screen = Screen()
        var bar = bar(on: screen, isTerminal: true)
        bar.show(half)
        bar.show(half)
        screen.time = 0.2
        bar.show(end)
        bar.finish()
        let first = "███████" + String(repeating: "░", count: 23) + " 25 % survey, 1,234,567 rows"
        let second = String(repeating: "█", count: 30) + " 100 % features, 2 rows"
        let clear = "\r\u{1B}[K"
        #expect(screen.text == clear + first + clear + second + clear)
    }

    @Test func writesALineNowAndThenElsewhere() {
        let screen = Screen()
        var bar = bar(on: screen, isTerminal: false)
        for second in 0..<12 {
            screen.time = Double(second)
            bar.show(half)
        }
        bar.finish()
        #expect(
            screen.text == "25 % survey, 1,234,567 rows\n25 % survey, 1,234,567 rows\n"
        )
    }
}
