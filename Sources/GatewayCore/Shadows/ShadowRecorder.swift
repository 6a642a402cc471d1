// SPDX-License-Identifier: Apache-2.0
import PluginHost

/// Counts what one event loop finds out about one shadow.
struct ShadowRecorder {
    let metrics: MetricShard
    let series: ShadowSeries
    let meter: ShadowMeter

    func count(_ result: ShadowResult) {
        metrics.increment(series.requests(result))
    }

    func observe(durationNanoseconds: UInt64) {
        metrics.observe(series.duration, nanoseconds: durationNanoseconds)
    }

    /// Records one line of a cart.
    func observe(_ delta: PriceDelta, isInBand: Bool) {
        let millionths = delta.millionths
        metrics.increment(series.lines(delta.order))
        metrics.increment(series.deltaBucket(delta.bucket))
        metrics.increment(series.deltaSum, by: UInt64(bitPattern: millionths))
        meter.observe(deltaMillionths: millionths.magnitude)
        if !isInBand { metrics.increment(series.guardViolations) }
    }

    /// Records one pair of lists.
    func observe(_ overlap: TopOverlap) {
        observe(overlap.live, .share)
        observe(overlap.jaccard, .jaccard)
    }

    private func observe(_ share: TopOverlap.Share, _ measure: OverlapMeasure) {
        metrics.increment(series.overlapBucket(measure, share.bucket))
        metrics.increment(series.overlapSum(measure), by: UInt64(share.millionths))
    }
}
