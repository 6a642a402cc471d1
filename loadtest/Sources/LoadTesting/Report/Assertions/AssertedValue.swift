// SPDX-License-Identifier: Apache-2.0

/// A number of a run that assertions are about, such as `version("3").service.p95`.
struct AssertedValue: Hashable, Sendable {
    /// What is measured.
    enum Quantity: Hashable, Sendable {
        /// Share of the due requests with a good answer.
        case answered
        /// Share of the due requests refused with 503.
        case shed
        /// Share of the due requests that failed.
        case failed
        /// Good answers per second.
        case goodput
        /// Good answers.
        case samples
        /// A percentile of good answers.
        case percentile(LatencyClock, Double)
    }

    /// Why a run has no such number.
    struct Missing: Error {
        let reason: String
    }

    /// Which good answers are meant.
    var selector = SeriesSelector()
    /// In which phase; nil in all of them.
    var phase: String?
    var quantity: Quantity

    /// The number: a share, a rate, a count or milliseconds.
    func value(in record: RunRecord) throws(Missing) -> Double {
        let seconds = try seconds(in: record)
        try checkRoute(in: record)
        switch quantity {
        case .answered: return try share(of: selector, record, seconds)
        case .shed: return try share(of: meant(.shed), record, seconds)
        case .failed: return try share(of: meant(.failed), record, seconds)
        case .goodput: return count(selector, record, seconds) / Double(max(seconds.count, 1))
        case .samples: return count(selector, record, seconds)
        case .percentile(let clock, let percentile):
            let histogram = record.histogram(of: selector, clock: clock, in: seconds)
            return try Self.milliseconds(percentile, histogram)
        }
    }

    /// The number as people read it.
    func text(_ value: Double) -> String {
        switch quantity {
        case .answered, .shed, .failed: NumberText.percent(value)
        case .goodput: NumberText.rate(value) + "/s"
        case .samples: NumberText.grouped(Int(value))
        case .percentile: TimeText.text(nanoseconds: UInt64(value * 1e6))
        }
    }

    /// Versions, arms and rungs are those of answers: the others keep only their route.
    private func meant(_ outcomes: SeriesSelector.Outcomes) -> SeriesSelector {
        SeriesSelector(route: selector.route, outcomes: outcomes)
    }

    private func share(
        of selector: SeriesSelector,
        _ record: RunRecord,
        _ seconds: Range<Int>
    ) throws(Missing) -> Double {
        let due = count(meant(.any), record, seconds)
        guard due > 0 else { throw Missing(reason: "no request was due") }
        return count(selector, record, seconds) / due
    }

    private func count(
        _ selector: SeriesSelector,
        _ record: RunRecord,
        _ seconds: Range<Int>
    ) -> Double {
        let counts = record.counts(of: selector)
        return Double(counts[seconds.clamped(to: counts.indices)].reduce(0, +))
    }

    private func seconds(in record: RunRecord) throws(Missing) -> Range<Int> {
        guard let phase else { return record.seconds }
        guard let found = record.description.phases.first(where: { $0.name == phase }) else {
            let names = record.description.phases.map(\.name).joined(separator: ", ")
            throw Missing(reason: "the run has no phase `\(phase)`; it has \(names)")
        }
        return found.seconds
    }

    private func checkRoute(in record: RunRecord) throws(Missing) {
        let routes = record.description.routes
        guard let route = selector.route, !routes.contains(route) else { return }
        let names = routes.joined(separator: ", ")
        throw Missing(reason: "the run has no request `\(route)`; it has \(names)")
    }

    private static func milliseconds(
        _ percentile: Double,
        _ histogram: LatencyHistogram
    ) throws(Missing) -> Double {
        if let value = histogram.supportedNanoseconds(atPercentile: percentile) {
            return Double(value) / 1e6
        }
        let needed = Int(LatencyHistogram.samplesNeeded(forPercentile: percentile))
        throw Missing(
            reason: "not enough samples: it needs \(NumberText.grouped(needed)), there are "
                + NumberText.grouped(Int(histogram.count))
        )
    }
}
