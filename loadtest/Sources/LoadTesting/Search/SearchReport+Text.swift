// SPDX-License-Identifier: Apache-2.0
import Foundation

extension SearchReport {
    private static let columnWidth = 22

    /// The report for people.
    package var text: String {
        ([conclusion] + [table] + [shape]).filter { !$0.isEmpty }
            .map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    /// The report as JSON.
    package func json() throws -> String { try ReadableJSON.text(self) }

    /// One line for each probe, the columns named in the first.
    package var csv: String {
        var header = ["rate", "purpose", "seconds", "finding"]
        let measures = ["goodput", "answered"] + names.map { "\($0)_ms" }
        for name in measures { header += [name, "\(name)_lower", "\(name)_upper"] }
        let rows = probes.map { row in
            let intervals = [row.goodput, row.answered] + names.map { row.percentilesMs[$0] }
            let numbers = intervals.flatMap { [$0?.estimate, $0?.lower, $0?.upper] }
            return ["\(row.rate)", row.purpose.rawValue, "\(row.seconds)", row.finding]
                + numbers.map { $0.map { String($0) } ?? "" }
        }
        return ([header] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
    }

    /// The answer in a sentence or two.
    package var conclusion: [String] {
        let asked = "\(question.target), \(question.objectives.joined(separator: ", "))"
        guard let result else { return [asked, "stopped before an answer was found"] }
        guard let rate = result.rate else { return [asked, noRate(result)] }
        let goodput = best?.goodput.map { ", \(NumberText.rate($0.estimate)) good answers/s" } ?? ""
        return [
            asked, "highest rate \(NumberText.rate(rate))/s\(goodput)\(edge(result))",
            result.confirmedRate.map {
                "confirmed: \(NumberText.rate($0))/s met the objectives for longer"
            } ?? "not confirmed: it did not meet the objectives for longer",
        ]
    }

    private func noRate(_ result: RateSearch.Result) -> String {
        let lowest = NumberText.rate(probes.first?.rate ?? 0)
        return result.bound == .generator
            ? "this process was late even at \(lowest)/s: nothing is known of the server"
            : "even \(lowest)/s, the lowest rate asked, misses the objectives"
    }

    private func edge(_ result: RateSearch.Result) -> String {
        switch result.bound {
        case .server: ""
        case .generator: "; this process cannot send more, the server may do better"
        case .range: "; no higher rate was asked"
        }
    }

    private var names: [String] { Self.percentiles.map(RunReport.name) }

    private var table: [String] {
        guard !probes.isEmpty else { return [] }
        let header = Self.line(["rate/s", "goodput/s"] + names, last: "")
        return [header]
            + probes.sorted { $0.rate < $1.rate }.map { row in
                let goodput = row.goodput.map { NumberText.rate($0.estimate) } ?? "-"
                let times = names.map { row.percentilesMs[$0].map(Self.range) ?? "-" }
                let note = row.purpose == .confirmation ? ", confirmation" : ""
                return Self.line(
                    [NumberText.rate(row.rate), goodput] + times,
                    last: row.finding + note
                )
            }
    }

    private var shape: [String] {
        var lines: [String] = []
        if let knee {
            let time = TimeText.text(nanoseconds: UInt64(knee.p99Ms * 1e6))
            lines.append("knee at \(NumberText.rate(knee.rate))/s, p99 \(time)")
        }
        if let firstGrowth {
            let times = [firstGrowth.fromMs, firstGrowth.toMs].map {
                TimeText.text(nanoseconds: UInt64($0 * 1e6))
            }
            lines.append(
                "first to grow: \(firstGrowth.phase), p99 from \(times[0]) to \(times[1]) at "
                    + "\(NumberText.rate(firstGrowth.rate))/s"
            )
        }
        return lines
    }

    /// An interval of milliseconds as `12.3 ms ±5 %`.
    static func range(_ interval: ConfidenceInterval) -> String {
        let half = max(interval.upper - interval.estimate, interval.estimate - interval.lower)
        let share = interval.estimate > 0 ? half / interval.estimate * 100 : 0
        return TimeText.text(nanoseconds: UInt64(interval.estimate * 1e6))
            + String(format: " ±%.0f %%", share)
    }

    private static func line(_ columns: [String], last: String) -> String {
        columns.enumerated().map { index, text in
            let width = index < 2 ? columnWidth / 2 : columnWidth
            return String(repeating: " ", count: max(1, width - text.count)) + text
        }.joined() + "  " + last
    }
}

extension SearchReport.Row {
    /// One line for the progress of a search.
    package var progress: String {
        let p99 = percentilesMs["p99"].map { ", p99 \(SearchReport.range($0))" } ?? ""
        return "  \(finding)\(p99)"
    }
}

extension RateSearch.Probe {
    /// One line for the progress of a search.
    package var progress: String {
        let how = isExtension ? "goes on" : purpose.rawValue
        return "\(NumberText.rate(rate))/s for \(Int(seconds)) s, \(how)"
    }
}
