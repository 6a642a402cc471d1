// SPDX-License-Identifier: Apache-2.0

/// The latencies of a run's blocks, kept so that a percentile of any mix of blocks is read quickly.
///
/// For each value that occurs: how many latencies of each block are at most that value. A percentile
/// of blocks drawn with repetition is a bisection over the values, each step a sum over the blocks.
struct BlockedLatencies {
    private let values: [UInt64]
    private let blockCount: Int
    /// Cumulative counts, the blocks of the first value first.
    private let cumulative: [UInt32]

    init(_ blocks: [LatencyCounts]) {
        let values = LatencyCounts(blocks.flatMap(\.entries)).entries.map(\.nanoseconds)
        var cumulative = [UInt32](repeating: 0, count: values.count * blocks.count)
        for (block, counts) in blocks.enumerated() {
            var (next, passed) = (0, UInt32(0))
            for (index, value) in values.enumerated() {
                if next < counts.entries.count, counts.entries[next].nanoseconds == value {
                    passed &+= UInt32(clamping: counts.entries[next].count)
                    next += 1
                }
                cumulative[index * blocks.count + block] = passed
            }
        }
        (self.values, self.cumulative, blockCount) = (values, cumulative, blocks.count)
    }

    /// The percentile of all blocks, each as often as its weight says, in nanoseconds; nil when they
    /// hold nothing.
    func nanoseconds(atPercentile percentile: Double, weights: ArraySlice<UInt32>) -> Double? {
        guard !values.isEmpty else { return nil }
        return weights.withUnsafeBufferPointer { weights in
            cumulative.withUnsafeBufferPointer { cumulative in
                let count = Self.count(upTo: values.count - 1, cumulative, weights)
                guard count > 0 else { return nil }
                let rank = UInt64((percentile / 100 * Double(count)).rounded(.up))
                var (below, index) = (-1, values.count - 1)
                while index - below > 1 {
                    let middle = (below + index) / 2
                    if Self.count(upTo: middle, cumulative, weights) >= max(rank, 1) {
                        index = middle
                    } else {
                        below = middle
                    }
                }
                return Double(values[index])
            }
        }
    }

    private static func count(
        upTo index: Int,
        _ cumulative: UnsafeBufferPointer<UInt32>,
        _ weights: UnsafeBufferPointer<UInt32>
    ) -> UInt64 {
        var sum: UInt64 = 0
        let row = index &* weights.count
        var block = 0
        while block < weights.count {
            sum &+= UInt64(cumulative[row &+ block]) &* UInt64(weights[block])
            block &+= 1
        }
        return sum
    }
}
