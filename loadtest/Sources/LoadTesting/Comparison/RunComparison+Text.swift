// SPDX-License-Identifier: Apache-2.0
import Foundation

extension RunComparison {
    private static let columns = [
        "series", "metric", "first", "second", "difference", "95 % interval", "verdict",
    ]
    private static let columnWidths = [20, 8, 12, 12, 20, 24, 10]

    /// The comparison for people.
    package var text: String {
        ([names] + [table] + [objections.map { "objection: \($0)" }] + [[conclusion]])
            .filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    /// The comparison as JSON.
    package func json() throws -> String { try ReadableJSON.text(self) }

    /// The comparison as a table for a review.
    package var markdown: String {
        let rows = [Self.columns, Self.columns.map { _ in "---" }] + cells.map(Self.texts)
        let table = rows.map { "| \($0.map(Self.escaped).joined(separator: " | ")) |" }
        return
            ([
                "**\(Self.escaped(conclusion))**", "",
                "first: `\(first)`, second: `\(second)`", "",
            ] + table + objections.map { "\n> \(Self.escaped($0))" }).joined(separator: "\n")
    }

    /// The verdict in one sentence.
    package var conclusion: String {
        let decisive = cells.filter { $0.verdict == verdict && verdict != .same }
        let names = decisive.map { "\($0.series) \($0.metric)" }.joined(separator: ", ")
        return switch verdict {
        case .same: "same: nothing differs noticeably"
        case .better: "better: \(names)"
        case .worse: "worse: \(names)"
        case .undecided: "undecided: too short or too unsteady to say: \(names)"
        }
    }

    private var names: [String] { ["first   \(first)", "second  \(second)"] }

    private var table: [String] {
        ([Self.columns] + cells.map(Self.texts)).map { row in
            zip(row, Self.columnWidths).map { text, width in
                text.padding(toLength: max(width, text.count + 1), withPad: " ", startingAt: 0)
            }.joined().trimmingCharacters(in: .whitespaces)
        }
    }

    private static func texts(_ cell: ComparisonCell) -> [String] {
        guard let first = cell.first, let second = cell.second, let difference = cell.difference
        else { return [cell.series, cell.metric, "-", "-", "-", "-", cell.verdict.rawValue] }
        let share =
            first > 0 ? String(format: " (%+.1f %%)", difference.estimate / first * 100) : ""
        let ends = [difference.lower, difference.upper].map { signed($0, cell.kind) }
        return [
            cell.series, cell.metric, value(first, cell.kind), value(second, cell.kind),
            signed(difference.estimate, cell.kind) + share, ends.joined(separator: " … "),
            cell.verdict.rawValue,
        ]
    }

    private static func value(_ value: Double, _ metric: ComparisonMetric) -> String {
        switch metric {
        case .percentile: TimeText.text(nanoseconds: UInt64(max(value, 0) * 1e6))
        case .errorRate: NumberText.percent(value)
        case .goodput: NumberText.rate(value) + "/s"
        }
    }

    private static func signed(_ difference: Double, _ metric: ComparisonMetric) -> String {
        (difference < 0 ? "-" : "+") + value(abs(difference), metric)
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
