// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting

/// Latencies drawn from a known distribution, without a server: the counts of a Poisson process.
struct SyntheticLatencies {
    /// Median of a log-normal distribution.
    var medianNanoseconds = 40e6
    /// Its standard deviation, in natural logarithms.
    var spread = 0.25
    /// Width of a bin of the distribution, as a ratio: finer than any difference that is looked for.
    var binRatio = 1.006
    /// Requests per second.
    var rate = 1_000.0
    /// Relative standard deviation of the median from block to block: seconds are alike.
    var drift = 0.004

    /// The latencies of a run; of each five seconds the first holds the requests of all.
    func seconds(_ count: Int, seed: UInt64) -> [LatencyCounts] {
        var generator = SeededGenerator(seed: seed, stream: 77)
        let bins = bins
        return (0..<count).map { second in
            second % 5 == 0 ? block(bins, &generator) : LatencyCounts()
        }
    }

    /// Each bin's multiple of the median, and how many requests of a block are expected in it.
    private var bins: [(factor: Double, mean: Double)] {
        let step = log(binRatio) / spread
        return (Int(-4 / step)...Int(5 / step)).map { bin in
            let z = Double(bin) * step
            let share = Self.cumulative(z + step / 2) - Self.cumulative(z - step / 2)
            return (exp(z * spread), 5 * rate * share)
        }
    }

    private func block(
        _ bins: [(factor: Double, mean: Double)],
        _ generator: inout SeededGenerator
    ) -> LatencyCounts {
        // By whole bins, so that blocks share values as histograms do.
        let shift = pow(binRatio, (drift * Self.normal(&generator) / log(binRatio)).rounded())
        var entries: [LatencyCounts.Entry] = []
        for bin in bins {
            let drawn = Self.poisson(bin.mean, &generator)
            guard drawn > 0 else { continue }
            let value = (medianNanoseconds * shift * bin.factor / 1_000).rounded() * 1_000
            entries.append(.init(nanoseconds: UInt64(value), count: drawn))
        }
        return LatencyCounts(entries)
    }

    private static func cumulative(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

    static func normal(_ generator: inout SeededGenerator) -> Double {
        (-2 * log(generator.unitInterval())).squareRoot()
            * cos(2 * .pi * generator.unitInterval())
    }

    /// By inversion: means are small.
    static func poisson(_ mean: Double, _ generator: inout SeededGenerator) -> UInt64 {
        let drawn = generator.unitInterval()
        var (count, share) = (UInt64(0), exp(-mean))
        var passed = share
        while passed < drawn, count < 1_000 {
            count += 1
            share *= mean / Double(count)
            passed += share
        }
        return count
    }
}
