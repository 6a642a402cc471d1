// SPDX-License-Identifier: Apache-2.0

/// The times of one series by one clock, of requests due in one second.
struct RecordedInterval: Hashable, Sendable {
    /// Seconds since the start of the scored part.
    let second: Int
    /// Position in the record's list of series.
    let series: Int
    let clock: LatencyClock
    /// Requests in it.
    let count: UInt64
    let payload: HistogramPayload

    init(_ second: Int, _ series: Int, _ clock: LatencyClock, _ counts: HistogramCounts) {
        self.second = second
        self.series = series
        self.clock = clock
        count = counts.total
        payload = HistogramPayload(counts)
    }

    /// - Throws: `RecordError.damaged`.
    init(
        _ second: Int,
        _ series: Int,
        _ clock: LatencyClock,
        _ payload: HistogramPayload
    ) throws(RecordError) {
        self.second = second
        self.series = series
        self.clock = clock
        self.payload = payload
        count = try payload.counts().total
    }

    /// The counts; a payload was checked when it was read.
    var counts: HistogramCounts { (try? payload.counts()) ?? HistogramCounts() }

    /// One interval for each second, series and clock, in that order.
    static func merged(_ intervals: [RecordedInterval]) -> [RecordedInterval] {
        let sorted = intervals.sorted { $0.place < $1.place }
        var merged: [RecordedInterval] = []
        merged.reserveCapacity(sorted.count)
        for interval in sorted {
            if let last = merged.last, last.place == interval.place {
                merged[merged.count - 1] = last.adding(interval)
            } else {
                merged.append(interval)
            }
        }
        return merged
    }

    private var place: (Int, Int, String) { (second, series, clock.name) }

    private func adding(_ other: RecordedInterval) -> RecordedInterval {
        RecordedInterval(second, series, clock, counts.adding(other.counts))
    }
}
