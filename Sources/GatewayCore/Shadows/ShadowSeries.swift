// SPDX-License-Identifier: Apache-2.0

/// The series of one shadow, resolved for the event loops.
package struct ShadowSeries: Sendable {
    /// From the hand-over to the answer.
    let duration: HistogramSeries
    private let firstCell: Int

    init(firstCell: Int) {
        self.firstCell = firstCell
        duration = HistogramSeries(firstCell: firstCell + ShadowLayout.duration)
    }

    func requests(_ result: ShadowResult) -> CounterSeries {
        counter(ShadowLayout.requests(result))
    }

    func lines(_ order: PriceDelta.Order) -> CounterSeries {
        counter(ShadowLayout.lines(order))
    }

    var guardViolations: CounterSeries { counter(ShadowLayout.guardViolations) }

    func deltaBucket(_ bucket: Int) -> CounterSeries { counter(ShadowLayout.delta + bucket) }

    /// In millionths, as two's complement.
    var deltaSum: CounterSeries { counter(ShadowLayout.delta + PriceDelta.bucketCount) }

    func overlapBucket(_ measure: OverlapMeasure, _ bucket: Int) -> CounterSeries {
        counter(ShadowLayout.overlap(measure) + bucket)
    }

    /// In millionths.
    func overlapSum(_ measure: OverlapMeasure) -> CounterSeries {
        counter(ShadowLayout.overlap(measure) + TopOverlap.bucketCount)
    }

    private func counter(_ offset: Int) -> CounterSeries { CounterSeries(cell: firstCell + offset) }
}

/// How the overlap of two lists is measured; raw values are the label values.
enum OverlapMeasure: String, CaseIterable {
    /// The share of the live head that the shadow has too.
    case share
    /// What both have of what either has.
    case jaccard
}

/// Where the series of a shadow lie in its lease.
enum ShadowLayout {
    static let duration = ShadowResult.allCases.count
    private static let lines = duration + HistogramSeries.cellCount
    static let guardViolations = lines + PriceDelta.Order.allCases.count
    /// One cell for each bucket, then one for the sum.
    static let delta = guardViolations + 1
    private static let share = delta + PriceDelta.bucketCount + 1
    private static let jaccard = share + TopOverlap.bucketCount + 1
    static let cellCount = jaccard + TopOverlap.bucketCount + 1

    static func requests(_ result: ShadowResult) -> Int { result.seriesIndex }

    static func lines(_ order: PriceDelta.Order) -> Int { lines + order.rawValue }

    static func overlap(_ measure: OverlapMeasure) -> Int {
        switch measure {
        case .share: share
        case .jaccard: jaccard
        }
    }
}
