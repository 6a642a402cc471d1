// SPDX-License-Identifier: Apache-2.0
import Histogram

/// Times in a High Dynamic Range histogram: three digits at any magnitude, memory that never grows.
package struct LatencyHistogram: Sendable {
    /// Samples that must lie beyond a percentile before it means anything.
    package static let samplesBeyond = 20

    fileprivate var histogram: Histogram<UInt64>

    /// An empty histogram; it grows to the largest value it is given.
    package init() {
        histogram = Histogram(
            lowestDiscernibleValue: HistogramLayout.resolutionNanoseconds,
            highestTrackableValue: 2 * HistogramLayout.resolutionNanoseconds,
            numberOfSignificantValueDigits: .three
        )
        histogram.autoResize = true
    }

    /// Values recorded.
    package var count: UInt64 { histogram.totalCount }

    /// The largest value, in nanoseconds.
    package var maximumNanoseconds: UInt64 { histogram.maxRecorded }

    /// The mean, in nanoseconds.
    package var meanNanoseconds: Double { count == 0 ? 0 : histogram.mean }

    /// Records a time; what is beyond an hour counts as an hour.
    package mutating func record(_ nanoseconds: UInt64) {
        histogram.record(min(nanoseconds, HistogramLayout.maximumNanoseconds))
    }

    /// Adds another histogram's values.
    package mutating func add(_ other: LatencyHistogram) { histogram.add(other.histogram) }

    /// Adds counts as a record holds them.
    mutating func add(_ counts: HistogramCounts) {
        for entry in counts.entries {
            let value = HistogramLayout.highestNanoseconds(at: entry.index)
            histogram.record(value, count: entry.count)
        }
    }

    /// The value at a percentile, in nanoseconds, whatever stands behind it.
    package func nanoseconds(atPercentile percentile: Double) -> UInt64 {
        histogram.valueAtPercentile(percentile)
    }

    /// Samples a percentile needs before it is shown.
    package static func samplesNeeded(forPercentile percentile: Double) -> UInt64 {
        // 99.9 is not exact: without the millionth it would need 20,001.
        UInt64((Double(samplesBeyond) * 100 / (100 - percentile) - 1e-6).rounded(.up))
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

extension LatencyHistogram {
    /// The percentile distribution as HdrHistogram's tools read it (`.hgrm`), in milliseconds.
    package var percentileDistribution: String {
        var text = ""
        histogram.outputPercentileDistribution(to: &text, outputValueUnitScalingRatio: 1e6)
        return text
    }
}
