// SPDX-License-Identifier: Apache-2.0
import Foundation

extension RunReport {
    /// With these a run of a few thousand requests fits a terminal of 80 columns.
    private static let nameWidth = 22, columnWidth = 8, partWidth = 11

    /// The report for people.
    package var text: String {
        [summary, latencies, breakdown, server, tail, faults, ourselves, judged, verdict]
            .filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var summary: [String] {
        let asked = askedRate.map { "asked \(NumberText.rate($0))/s, " } ?? ""
        let how = arrivals.map { "open loop, \($0) arrivals" } ?? "closed loop"
        let rate =
            goodput.map { "answered \(NumberText.rate($0))/s " } ?? "no throughput is claimed, "
        var lines = [
            "\(target), \(how), seed \(seed)",
            asked + rate + "over " + String(format: "%.1f s", elapsedSeconds),
            "due \(NumberText.grouped(due)): \(share("answered", answered))"
                + (shed > 0 ? ", \(share("shed with 503", shed))" : "")
                + (failed > 0 ? ", \(share("failed", failed))" : "")
                + (unfinished > 0 ? ", \(share("unfinished", unfinished))" : ""),
        ]
        for (cause, count) in failures.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("  failed: \(cause) \(NumberText.grouped(count))")
        }
        return lines
    }

    private func share(_ what: String, _ count: Int) -> String {
        let percent = NumberText.percent(due == 0 ? 0 : Double(count) / Double(due))
        return "\(what) \(NumberText.grouped(count)) (\(percent))"
    }

    private var latencies: [String] {
        guard answered > 0 else { return [] }
        return [
            heading("latency of answers"), line("scheduled", total.scheduled),
            line("service", total.service), line("  first byte", firstByte),
        ] + needed
    }

    /// What is missing for the percentiles that are not shown.
    private var needed: [String] {
        let names = Self.percentiles.map(Self.name).filter {
            total.scheduled.samplesNeeded[$0] != nil
        }
        guard !names.isEmpty else { return [] }
        let texts = names.map {
            "\($0) needs \(NumberText.grouped(Int(total.scheduled.samplesNeeded[$0] ?? 0)))"
        }
        return ["  " + texts.joined(separator: ", ") + " samples"]
    }

    private var breakdown: [String] {
        let shed = routes.filter { $0.shed.scheduled.count > 0 }
        let rows =
            (routes.count > 1 ? routes.map { ($0.name, $0.answered.scheduled) } : [])
            + shed.map { ("\($0.name), shed", $0.shed.scheduled) }
            + (phases.count > 1 ? phases.map { ("phase \($0.name)", $0.answered.scheduled) } : [])
            + [rungs, versions, arms].flatMap { rows in
                rows.count > 1 ? rows.map { ($0.name, $0.scheduled) } : []
            }
        guard !rows.isEmpty else { return [] }
        return [heading("scheduled latency by")]
            + rows.filter { $0.1.count > 0 }.map { line($0.0, $0.1) }
    }

    private var server: [String] {
        guard !serverPhases.isEmpty else { return [] }
        return [heading("service time, as the server says")]
            + serverPhases.map { line($0.name, $0.latency) }
    }

    private var tail: [String] {
        guard let slowest else { return [] }
        let count = NumberText.grouped(slowest.count)
        let title = "the slowest \(count), from \(Self.time(slowest.fromMs)) up"
        let columns = ["dominates", "of time", "mean"].map(Self.part).joined()
        let parts = slowest.parts.filter { $0.share > 0 }
        return [title, Self.padded("") + columns]
            + parts.map { part in
                let share = NumberText.percent(part.share)
                let cells = [NumberText.grouped(part.dominates), share, Self.time(part.meanMs)]
                return Self.padded("  " + part.name) + cells.map(Self.part).joined()
            }
    }

    private var faults: [String] { chaos.map { [$0.text] } ?? [] }

    private var ourselves: [String] {
        [
            heading("of which"), line("timer lag (ours)", timerLag),
            line("connection wait", connectionWait),
            String(format: "generator CPU %.0f %% of a core, ", generatorCpu * 100)
                + "connections opened \(NumberText.grouped(connectionsOpened))",
        ]
    }

    private var judged: [String] {
        assertions.map { "\($0.isMet ? "met   " : "MISSED") \($0.text): \($0.detail)" }
    }

    private var verdict: [String] {
        let stopped = wasInterrupted ? ["stopped before its time"] : []
        return stopped + ["\(judgement.verdict.rawValue): \(judgement.reason)"]
    }

    /// Percentiles that anything has samples enough for; the others are told once.
    private var shown: [String] {
        Self.percentiles.map(Self.name).filter { name in
            [total.scheduled, timerLag].contains { $0.percentilesMs[name] != nil }
        }
    }

    private func heading(_ title: String) -> String {
        let columns = ["count", "mean"] + shown + ["max"]
        return Self.padded(title) + columns.map(Self.column).joined()
    }

    private func line(_ name: String, _ latency: Latency) -> String {
        let values = shown.map { latency.percentilesMs[$0].map(Self.time) ?? "-" }
        let columns =
            [NumberText.grouped(Int(latency.count)), Self.time(latency.meanMs)] + values
            + [Self.time(latency.maxMs)]
        return Self.padded("  " + name) + columns.map(Self.column).joined()
    }

    static func time(_ milliseconds: Double) -> String {
        TimeText.text(nanoseconds: UInt64(max(milliseconds, 0) * 1e6))
    }

    private static func padded(_ text: String) -> String {
        text.padding(toLength: max(nameWidth, text.count), withPad: " ", startingAt: 0)
    }

    private static func column(_ text: String) -> String { right(text, columnWidth) }

    private static func part(_ text: String) -> String { right(text, partWidth) }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }
}
