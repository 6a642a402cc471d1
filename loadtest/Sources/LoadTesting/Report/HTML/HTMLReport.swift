// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A run's report as one page: no script, no network, charts as SVG with tables beside them.
struct HTMLReport {
    private let report: RunReport
    private let record: RunRecord

    init(_ report: RunReport, _ record: RunRecord) {
        self.report = report
        self.record = record
    }

    /// The page.
    var text: String {
        HTMLPage(
            title: "loadtest: \(report.target)",
            content: header + "\n" + sections.map { section($0.0, $0.1) }.joined()
        ).text
    }

    private var header: String {
        let verdict = report.judgement.verdict
        let date = Date(timeIntervalSince1970: report.startedAt).ISO8601Format()
        let facts = [
            report.scenario?.name, report.target, date, "seed \(report.seed)",
            report.host.processor,
            report.host.kernel,
        ].compactMap(\.self).filter { !$0.isEmpty }.map(MarkupText.escaped)
        return """
            <h1>Load test</h1>
            <p class="verdict \(verdict == .valid ? "good" : "bad")"><strong>\(verdict.rawValue)</strong> \
            \(MarkupText.escaped(report.judgement.reason))\
            \(report.wasInterrupted ? " The run was stopped before its time." : "")</p>
            <p class="facts">\(facts.joined(separator: " · "))</p>
            """
    }

    /// Titles and contents; those without content are left out.
    private var sections: [(String, String)] {
        [
            ("Assertions", assertions), ("Requests", requests), ("Latency", latency),
            ("Over time", overTime),
            ("Faults", report.chaos.map(HTMLTable.faults) ?? ""), ("Model versions", versions),
            ("Breakdown", breakdown),
            ("Inside the server", server), ("What the slowest waited for", slowest),
            ("The load tester itself", ourselves),
        ].filter { !$0.1.isEmpty }
    }

    private func section(_ title: String, _ content: String) -> String {
        "<section><h2>\(title)</h2>\n\(content)</section>\n"
    }

    private var assertions: String {
        HTMLTable(
            caption: "What the run had to fulfil",
            columns: ["assertion", "", "why"],
            rows: report.assertions.map { [$0.text, $0.isMet ? "met" : "missed", $0.detail] }
        ).text
    }

    private var requests: String {
        let share = { (count: Int) in
            "\(NumberText.grouped(count)) (\(NumberText.percent(Double(count) / Double(max(report.due, 1)))))"
        }
        let rates = [
            report.askedRate.map { ["asked", NumberText.rate($0) + "/s"] },
            [
                "good answers",
                report.goodput.map { NumberText.rate($0) + "/s" } ?? "no throughput is claimed",
            ],
        ].compactMap(\.self)
        let ends = [
            ["due", NumberText.grouped(report.due)], ["answered", share(report.answered)],
            ["shed with 503", share(report.shed)], ["failed", share(report.failed)],
            ["unfinished", share(report.unfinished)],
        ]
        let causes = report.failures.sorted { $0.key < $1.key }.map {
            ["failed: " + $0.key, share($0.value)]
        }
        return HTMLTable(
            caption: "\(report.loop) loop, \(String(format: "%.1f", report.elapsedSeconds)) s",
            columns: ["", "requests"],
            rows: rates + ends + causes
        ).text
    }

    private var latency: String {
        let clocks: [(String, LatencyClock)] = [("scheduled", .scheduled), ("service", .service)]
        let chart = PercentileChart.text(clocks.map { ($0.0, record.histogram(clock: $0.1)) })
        return (chart ?? "")
            + HTMLTable.latencies(
                "Good answers: scheduled is from when a request was due, service from when it was sent",
                [
                    ("scheduled", report.total.scheduled), ("service", report.total.service),
                    ("first byte", report.firstByte),
                ]
            ).text
    }

    private var overTime: String {
        let map = HeatMap.text(record.histograms(clock: .scheduled)) ?? ""
        let rates = RateChart.text(record) ?? ""
        let phases = report.phases.count > 1 ? report.phases : []
        return map + rates
            + HTMLTable.latencies(
                "Scheduled latency by phase",
                phases.map { ($0.name, $0.answered.scheduled) }
            ).text
    }

    private var versions: String {
        guard report.versions.count > 1 else { return "" }
        let names = Set(record.series.map(\.version)).subtracting([LabelTable.absent]).sorted()
        let chart = PercentileChart.text(
            names.map { ($0, record.histogram(of: SeriesSelector(version: $0), clock: .service)) }
        )
        return (chart ?? "")
            + HTMLTable.latencies(
                "Service latency by route and model version",
                report.versions.map { ($0.name, $0.service) }
            ).text
    }

    private var breakdown: String {
        let groups: [(String, [RunReport.Row])] = [
            ("route", report.routes.map(\.answered)), ("rung", report.rungs), ("arm", report.arms),
        ]
        return groups.filter { $0.1.count > 1 }.map { name, rows in
            HTMLTable.latencies(
                "Scheduled latency by \(name)",
                rows.map { ($0.name, $0.scheduled) }
            ).text
        }.joined()
    }

    private var server: String {
        HTMLTable.latencies(
            "Phases as the server names them; network+client is the service time less its total",
            report.serverPhases.map { ($0.name, $0.latency) }
        ).text
    }

    private var slowest: String {
        guard let slowest = report.slowest else { return "" }
        return HTMLTable(
            caption: "The slowest \(NumberText.grouped(slowest.count)) answers, from "
                + "\(RunReport.time(slowest.fromMs)) up, and the largest part of each",
            columns: ["part", "dominates", "share of their time", "mean"],
            rows: slowest.parts.filter { $0.share > 0 }.map {
                [
                    $0.name, NumberText.grouped($0.dominates), NumberText.percent($0.share),
                    RunReport.time($0.meanMs),
                ]
            }
        ).text
    }

    private var ourselves: String {
        HTMLTable.latencies(
            String(format: "CPU %.0f %% of a core", report.generatorCpu * 100),
            [("timer lag", report.timerLag), ("connection wait", report.connectionWait)]
        ).text
    }
}
