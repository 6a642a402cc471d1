// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting

/// Latencies drawn from a known distribution, without a server: the counts of a Poisson process.
struct SyntheticLatencies {
    /// Bins of the distribution, each 0.3 % wide: finer than any difference that is looked for.
    private static let binRatio = 1.003

    /// Median of a log-normal distribution.
    var medianNanoseconds = 40e6
    /// Its standard deviation, in natural logarithms.
    var spread = 0.25
    /// Requests per second.
    var rate = 1_000.0
    /// Relative standard deviation of the median from block to block: seconds are alike.
    var drift = 0.004

    /// The latencies of a run; of each five seconds the first holds the requests of all.
    func seconds(_ count: Int, seed: UInt64) -> [LatencyCounts] {
        var generator = SeededGenerator(seed: seed, stream: 77)
        return (0..<count).map { second in
            second % 5 == 0 ? block(&generator) : LatencyCounts()
        }
    }

    private func block(_ generator: inout SeededGenerator) -> LatencyCounts {
        let median = medianNanoseconds * (1 + drift * Self.normal(&generator))
        let step = log(Self.binRatio) / spread
        var entries: [LatencyCounts.Entry] = []
        for bin in Int(-4 / step)...Int(5 / step) {
            let z = Double(bin) * step
            let mean = 5 * rate * (Self.cumulative(z + step / 2) - Self.cumulative(z - step / 2))
            let drawn = Self.poisson(mean, &generator)
            guard drawn > 0 else { continue }
            entries.append(.init(nanoseconds: UInt64(median * exp(z * spread)), count: drawn))
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
