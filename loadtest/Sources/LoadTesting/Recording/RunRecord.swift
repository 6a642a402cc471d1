// SPDX-License-Identifier: Apache-2.0

/// A recorded run: what was asked, and for each second and series a histogram.
///
/// A second is the one in which requests were due, counted from the end of the warm-up.
/// Histograms are kept encoded, some hundred bytes each; queries decode what they need. Reports,
/// comparisons and verdicts come from a record alone, so an old run can be judged anew.
package struct RunRecord: Sendable {
    /// Seconds a record may have: a week, beyond which it is damaged.
    package static let secondsMaximum = 7 * 86_400

    /// Everything about the run that is not a latency.
    package var description: RunDescription
    /// What requests were counted under.
    package let series: [SeriesName]
    /// By second, series and clock; each combination once.
    let intervals: [RecordedInterval]

    init(
        _ description: RunDescription,
        series: [SeriesName],
        intervals: [RecordedInterval]
    ) {
        self.description = description
        self.series = series
        self.intervals = intervals
    }

    init(_ description: RunDescription, _ parts: RecordBuilder.Parts) {
        self.init(description, series: parts.series, intervals: parts.intervals)
        self.description.slowest = parts.slowest
    }

    /// The seconds of the run: those asked for, or those until it was stopped.
    package var seconds: Range<Int> {
        let length =
            description.wasInterrupted
            ? min(description.elapsedSeconds, description.durationSeconds)
            : description.durationSeconds
        let last = intervals.last.map { $0.second + 1 } ?? 0
        let asked = Int(min(max(length, 0), Double(Self.secondsMaximum)).rounded(.up))
        return 0..<max(asked, last)
    }

    /// One histogram for each of `seconds`, merged over the series that are meant.
    package func histograms(
        of selector: SeriesSelector = SeriesSelector(),
        clock: LatencyClock
    ) -> [LatencyHistogram] {
        var histograms = [LatencyHistogram](repeating: LatencyHistogram(), count: seconds.count)
        for interval in intervals(of: selector, clock) {
            histograms[interval.second].add(interval.counts)
        }
        return histograms
    }

    /// One histogram over some seconds, all unless told, merged over the series that are meant.
    package func histogram(
        of selector: SeriesSelector = SeriesSelector(),
        clock: LatencyClock,
        in seconds: Range<Int>? = nil
    ) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for interval in intervals(of: selector, clock)
        where seconds?.contains(interval.second) ?? true {
            histogram.add(interval.counts)
        }
        return histogram
    }

    /// Requests of the series that are meant, for each of `seconds`.
    package func counts(of selector: SeriesSelector) -> [UInt64] {
        var counts = [UInt64](repeating: 0, count: seconds.count)
        for interval in intervals(of: selector, .scheduled) {
            counts[interval.second] += interval.count
        }
        return counts
    }

    /// Good answers for each of `seconds`, of one route unless nil.
    package func goodCounts(route: String? = nil) -> [UInt64] {
        counts(of: SeriesSelector(route: route))
    }

    /// The clocks that measured the series that are meant, in the order of their names.
    package func clocks(of selector: SeriesSelector = SeriesSelector()) -> [LatencyClock] {
        let meant = series.map(selector.matches)
        return Set(intervals.filter { meant[$0.series] }.map(\.clock)).sorted { $0.name < $1.name }
    }

    private func intervals(
        of selector: SeriesSelector,
        _ clock: LatencyClock
    ) -> some Sequence<RecordedInterval> {
        let meant = series.map(selector.matches)
        return intervals.lazy.filter { $0.clock == clock && meant[$0.series] }
    }
}
