// SPDX-License-Identifier: Apache-2.0

/// Methods for demand that comes in lumps, with nothing between: all forecast one level.
///
/// Sources: Croston 1972; Syntetos and Boylan 2005 (SBA); Teunter, Syntetos and Babai 2011 (TSB);
/// Nikolopoulos et al. 2011 (ADIDA); Petropoulos and Kourentzes 2015 (several aggregations).
enum IntermittentDemand {
    /// The smoothing parameter Croston's method is known by.
    static let crostonAlpha = 0.1
    /// What Syntetos and Boylan's correction leaves at that parameter: 1 - alpha / 2.
    static let biasCorrection = 0.95
    /// The smoothing parameter of both parts of TSB.
    static let probabilityAlpha = 0.2

    /// The size of a demand over the interval between two, each smoothed on its own.
    static func croston(_ values: Span<Double>, alpha: Double = crostonAlpha) -> Double {
        var (size, interval) = (0.0, 0.0)
        var since = 0.0
        var isFirst = true
        for index in values.indices {
            since += 1
            let value = values[index]
            guard value > 0 else { continue }
            size = isFirst ? value : size + alpha * (value - size)
            interval = isFirst ? since : interval + alpha * (since - interval)
            (since, isFirst) = (0, false)
        }
        return isFirst ? 0 : size / interval
    }

    /// Croston's method with a smoothing parameter of their own for sizes and intervals.
    static func optimisedCroston(_ values: Span<Double>) -> Double {
        let (sizes, intervals) = parts(values)
        guard !sizes.isEmpty else { return 0 }
        let size = LevelSmoothing.optimisedLevel(sizes.span, in: LevelSmoothing.narrow)
        return size / LevelSmoothing.optimisedLevel(intervals.span, in: LevelSmoothing.narrow)
    }

    /// Syntetos and Boylan's approximation: Croston's method without its bias.
    static func sba(_ values: Span<Double>) -> Double { biasCorrection * croston(values) }

    /// The size of a demand times its probability, which falls while none comes.
    static func tsb(_ values: Span<Double>, alpha: Double = probabilityAlpha) -> Double {
        var (size, probability) = (0.0, 0.0)
        var isFirst = true
        for index in values.indices {
            let value = values[index]
            let occurs = value > 0 ? 1.0 : 0.0
            probability = index == 0 ? occurs : probability + alpha * (occurs - probability)
            guard value > 0 else { continue }
            size = isFirst ? value : size + alpha * (value - size)
            isFirst = false
        }
        return size * probability
    }

    /// Smoothed sums over buckets of the mean interval between two demands.
    static func adida(_ values: Span<Double>) -> Double {
        aggregated(values, bucket: meanInterval(values))
    }

    /// The mean of the aggregations over buckets of one to the mean interval.
    static func imapa(_ values: Span<Double>) -> Double {
        let longest = meanInterval(values)
        var sum = 0.0
        for bucket in 1...longest { sum += aggregated(values, bucket: bucket) }
        return sum / Double(longest)
    }

    /// Whole buckets from the first value on; what is left at the end is too short for one.
    private static func aggregated(_ values: Span<Double>, bucket: Int) -> Double {
        if bucket == 1 { return LevelSmoothing.optimisedLevel(values, in: LevelSmoothing.narrow) }
        let sums = (0..<(values.count / bucket)).map { start in
            var sum = 0.0
            for index in (start * bucket)..<((start + 1) * bucket) { sum += values[index] }
            return sum
        }
        return LevelSmoothing.optimisedLevel(sums.span, in: LevelSmoothing.narrow) / Double(bucket)
    }

    /// Values from one demand to the next on average, rounded; at least one, at most the series.
    private static func meanInterval(_ values: Span<Double>) -> Int {
        var (count, last) = (0, 0)
        for index in values.indices where values[index] > 0 {
            count += 1
            last = index + 1
        }
        guard count > 0 else { return 1 }
        let mean = (Double(last) / Double(count)).rounded(.toNearestOrEven)
        return min(max(1, Int(mean)), values.count)
    }

    private static func parts(_ values: Span<Double>) -> (sizes: [Double], intervals: [Double]) {
        var sizes: [Double] = []
        var intervals: [Double] = []
        var last = -1
        for index in values.indices where values[index] > 0 {
            sizes.append(values[index])
            intervals.append(Double(index - last))
            last = index
        }
        return (sizes, intervals)
    }
}
