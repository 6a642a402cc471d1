// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A run second by second and route by route, as CSV (RFC 4180).
enum CSVReport {
    private static let percentiles = [50.0, 95, 99]

    static func text(_ record: RunRecord) -> String {
        let header =
            ["second", "route", "due", "answered", "shed", "failed"]
            + ["scheduled", "service"].flatMap { clock in
                percentiles.map { "\(clock)_\(RunReport.name(ofPercentile: $0))_ms" }
            }
        let lines = record.description.routes.flatMap { rows($0, record) }.sorted { $0.0 < $1.0 }
        return ([header] + lines.map { $0.1 }).map(line).joined()
    }

    private static func rows(_ route: String, _ record: RunRecord) -> [(Int, [String])] {
        let outcomes: [SeriesSelector.Outcomes] = [.any, .answered, .shed, .failed]
        let counts = outcomes.map { record.counts(of: SeriesSelector(route: route, outcomes: $0)) }
        let histograms = [LatencyClock.scheduled, .service].map {
            record.histograms(of: SeriesSelector(route: route), clock: $0)
        }
        return record.seconds.map { second in
            let cells = counts.map { String($0[second]) }
            let latencies = histograms.flatMap { times($0[second]) }
            return (second, [String(second), route] + cells + latencies)
        }
    }

    /// A second has few samples, so its percentiles are what they are; the reader has the counts.
    private static func times(_ histogram: LatencyHistogram) -> [String] {
        percentiles.map { percentile in
            guard histogram.count > 0 else { return "" }
            return String(
                format: "%.3f",
                Double(histogram.nanoseconds(atPercentile: percentile)) / 1e6
            )
        }
    }

    private static func line(_ cells: [String]) -> String {
        cells.map(escaped).joined(separator: ",") + "\r\n"
    }

    /// Quoted where needed; a leading sign or equals sign would be a formula to a spreadsheet.
    private static func escaped(_ cell: String) -> String {
        let isFormula = cell.first.map { "=+-@".contains($0) } ?? false
        let text = isFormula ? "'" + cell : cell
        guard text.contains(where: { "\",\r\n".contains($0) }) else { return text }
        return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
