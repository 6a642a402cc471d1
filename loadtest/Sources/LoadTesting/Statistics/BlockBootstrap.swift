// SPDX-License-Identifier: Apache-2.0

/// How sure the numbers of a run are, from drawing its own blocks again.
///
/// Latencies of one second are alike (a pause delays all of them), so whole blocks of seconds are
/// drawn, not single requests: the block bootstrap (Künsch, 1989).
package struct BlockBootstrap: Sendable {
    /// How often a run is drawn again: enough for the ends of a 95 % interval.
    package static let replicateCount = 1_000
    /// Length of a block: longer than any pause whose seconds are alike.
    static let blockSecondsDefault = 5
    /// Blocks of a short run: its blocks become shorter instead of fewer.
    private static let blocksWanted = 10
    /// Blocks of a long run, half an hour of the default: it bounds memory to a few megabytes.
    private static let blocksMaximum = 360

    /// The seconds of each block; the last one may have more than the others.
    package let blocks: [Range<Int>]
    /// How often each block occurs in each replicate, the blocks of the first replicate first.
    private let weights: [UInt32]

    /// Draws the blocks of a run.
    ///
    /// - Parameters:
    ///   - seconds: Length of the run.
    ///   - seed: What decides the draws; runs of equal length and seed share them, so that pairs of
    ///     blocks stay together.
    package init(seconds: Int, seed: UInt64) {
        blocks = Self.blocks(of: seconds)
        var generator = SeededGenerator(seed: seed, stream: 0xB007)
        var weights = [UInt32](repeating: 0, count: blocks.count * Self.replicateCount)
        for replicate in 0..<(blocks.isEmpty ? 0 : Self.replicateCount) {
            for _ in blocks {
                let block = Int(generator.next() % UInt64(blocks.count))
                weights[replicate * blocks.count + block] += 1
            }
        }
        self.weights = weights
    }

    private static func blocks(of seconds: Int) -> [Range<Int>] {
        let length = max(
            min(blockSecondsDefault, seconds / blocksWanted),
            (seconds + blocksMaximum - 1) / blocksMaximum,
            1
        )
        let count = seconds / length
        return (0..<count).map { $0 * length..<($0 == count - 1 ? seconds : ($0 + 1) * length) }
    }

    /// A percentile in each replicate, in nanoseconds; nil when there are no latencies.
    func replicates(ofPercentile percentile: Double, _ latencies: BlockedLatencies) -> [Double]? {
        var values: [Double] = []
        values.reserveCapacity(Self.replicateCount)
        for replicate in 0..<Self.replicateCount {
            let weights = weights(ofReplicate: replicate)
            guard let value = latencies.nanoseconds(atPercentile: percentile, weights: weights)
            else { continue }
            values.append(value)
        }
        return values.count == Self.replicateCount ? values : nil
    }

    /// The sum over a number of each block, in each replicate.
    func replicates(ofSum numbers: [Double]) -> [Double] {
        (0..<Self.replicateCount).map { replicate in
            zip(numbers, weights(ofReplicate: replicate)).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
    }

    private func weights(ofReplicate replicate: Int) -> ArraySlice<UInt32> {
        weights[replicate * blocks.count..<(replicate + 1) * blocks.count]
    }

    /// Sums a number of each second by block.
    func sums(_ numbers: [Double]) -> [Double] {
        blocks.map { numbers[$0].reduce(0, +) }
    }
}

extension BlockBootstrap {
    /// Blocks below which an interval means nothing.
    private static let blocksNeeded = 2

    /// The interval of a percentile, in nanoseconds.
    ///
    /// - Parameters:
    ///   - percentile: Such as 99.
    ///   - seconds: The run's latencies, a histogram for each second.
    ///   - seed: What decides the draws.
    /// - Returns: nil for less than two seconds, or when a fair part of them has no latencies.
    package static func interval(
        ofPercentile percentile: Double,
        of seconds: [LatencyHistogram],
        seed: UInt64 = 1
    ) -> ConfidenceInterval? {
        interval(ofPercentile: percentile, of: seconds.map { LatencyCounts([$0]) }, seed: seed)
    }

    /// The interval of a percentile, in nanoseconds, from the counts of each second.
    package static func interval(
        ofPercentile percentile: Double,
        of seconds: [LatencyCounts],
        seed: UInt64 = 1
    ) -> ConfidenceInterval? {
        let bootstrap = BlockBootstrap(seconds: seconds.count, seed: seed)
        let latencies = BlockedLatencies(bootstrap.counts(seconds))
        guard bootstrap.blocks.count >= blocksNeeded,
            let estimate = bootstrap.percentile(percentile, latencies),
            let replicates = bootstrap.replicates(ofPercentile: percentile, latencies)
        else { return nil }
        return ConfidenceInterval(
            estimate: estimate,
            replicates: replicates,
            blocks: bootstrap.blocks.count
        )
    }

    /// The interval of one sum over another, such as good answers over seconds.
    ///
    /// - Returns: nil for less than two seconds, or when the divisor is 0.
    package static func interval(
        ofRatio dividends: [Double],
        to divisors: [Double],
        seed: UInt64 = 1
    ) -> ConfidenceInterval? {
        let bootstrap = BlockBootstrap(seconds: dividends.count, seed: seed)
        let (above, below) = (bootstrap.sums(dividends), bootstrap.sums(divisors))
        let divisor = below.reduce(0, +)
        guard bootstrap.blocks.count >= blocksNeeded, divisor > 0 else { return nil }
        let replicates = zip(
            bootstrap.replicates(ofSum: above),
            bootstrap.replicates(ofSum: below)
        ).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
        return ConfidenceInterval(
            estimate: above.reduce(0, +) / divisor,
            replicates: replicates,
            blocks: bootstrap.blocks.count
        )
    }

    /// The percentile of all blocks, each once.
    func percentile(_ percentile: Double, _ latencies: BlockedLatencies) -> Double? {
        let once = [UInt32](repeating: 1, count: blocks.count)
        return latencies.nanoseconds(atPercentile: percentile, weights: once[...])
    }

    /// Adds up the counts of each block.
    func counts(_ seconds: [LatencyCounts]) -> [LatencyCounts] {
        blocks.map { LatencyCounts(seconds[$0].flatMap(\.entries)) }
    }
}
