// SPDX-License-Identifier: Apache-2.0

/// Times of one kind of request over a whole run, by every clock that measured it.
package struct Series: Sendable {
    /// A histogram for each clock that has times.
    package private(set) var histograms: [LatencyClock: LatencyHistogram] = [:]

    /// An empty series.
    package init() {}

    /// From when the request was due until its end: what the shopper waited.
    package var scheduled: LatencyHistogram { self[.scheduled] }
    /// From when the request was sent until its end.
    package var service: LatencyHistogram { self[.service] }

    /// Requests counted.
    package var count: UInt64 { scheduled.count }

    /// The times by a clock; empty when it measured none.
    package subscript(_ clock: LatencyClock) -> LatencyHistogram {
        histograms[clock] ?? LatencyHistogram()
    }

    /// Adds another series.
    package mutating func add(_ other: Series) {
        histograms.merge(other.histograms) { mine, theirs in
            var sum = mine
            sum.add(theirs)
            return sum
        }
    }

    mutating func add(_ interval: RecordedInterval) {
        histograms[interval.clock, default: LatencyHistogram()].add(interval.counts)
    }
}
