// SPDX-License-Identifier: Apache-2.0
import Histogram

/// Times in a High Dynamic Range histogram: three digits at any magnitude, memory that never grows.
package struct LatencyHistogram: Sendable {
    /// Finer than this nothing is told apart: 256 ns, a small part of any loopback round trip.
    private static let resolutionNanoseconds: UInt64 = 256
    /// The longest time: an hour, far beyond every time-out.
    private static let maximumNanoseconds: UInt64 = 3_600_000_000_000
    /// Samples that must lie beyond a percentile before it means anything.
    package static let samplesBeyond = 20

    private var histogram = Histogram<UInt64>(
        lowestDiscernibleValue: resolutionNanoseconds,
        highestTrackableValue: maximumNanoseconds,
        numberOfSignificantValueDigits: .three
    )

    /// An empty histogram.
    package init() {}

    /// Values recorded.
    package var count: UInt64 { histogram.totalCount }

    /// The largest value, in nanoseconds.
    package var maximumNanoseconds: UInt64 { histogram.maxRecorded }

    /// The mean, in nanoseconds.
    package var meanNanoseconds: Double { count == 0 ? 0 : histogram.mean }

    /// Records a time; what is beyond an hour counts as an hour.
    package mutating func record(_ nanoseconds: UInt64) {
        histogram.record(min(nanoseconds, Self.maximumNanoseconds))
    }

    /// Adds another histogram's values.
    package mutating func add(_ other: LatencyHistogram) { histogram.add(other.histogram) }

    /// The value at a percentile, in nanoseconds, whatever stands behind it.
    package func nanoseconds(atPercentile percentile: Double) -> UInt64 {
        histogram.valueAtPercentile(percentile)
    }

    /// Samples a percentile needs before it is shown.
    package static func samplesNeeded(forPercentile percentile: Double) -> UInt64 {
        UInt64((Double(samplesBeyond) / (1 - percentile / 100)).rounded(.up))
    }

    /// The value at a percentile; nil when too few samples stand behind it.
    package func supportedNanoseconds(atPercentile percentile: Double) -> UInt64? {
        count >= Self.samplesNeeded(forPercentile: percentile)
            ? nanoseconds(atPercentile: percentile) : nil
    }

    /// The values that occur and how often, ascending.
    package var entries: [LatencyCounts.Entry] {
        histogram.recordedValues().map {
            .init(nanoseconds: $0.value, count: $0.countAddedInThisIterationStep)
        }
    }
}
