// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting

/// An M/M/1 queue in virtual time: Poisson arrivals, exponential service, one server, no end.
///
/// Its sojourn time is exponential with rate `serviceRate - rate`, so every percentile is known.
struct SingleServerQueue {
    /// Exponential draws with mean 1, equally likely: a table, for a search needs millions.
    private static let exponentials = (0..<65_536).map { -log((Double($0) + 0.5) / 65_536) }
    /// The step of the recorded times, in nanoseconds: finer than any limit that is looked for.
    private static let stepNanoseconds = 50_000.0
    /// The longest time that is told apart, in steps.
    private static let stepsMaximum = 4_000

    /// Requests it can serve in a second.
    let serviceRate: Double
    /// When the server is free, in seconds of virtual time.
    private var idleFrom = 0.0
    private var now = 0.0
    private var generator: SeededGenerator

    init(serviceRate: Double, seed: UInt64) {
        self.serviceRate = serviceRate
        generator = SeededGenerator(seed: seed, stream: 99)
    }

    /// The rate at which a percentile of the sojourn time reaches a limit.
    static func rate(
        ofPercentile percentile: Double,
        reachingSeconds limit: Double,
        serviceRate: Double
    ) -> Double {
        serviceRate + log(1 - percentile / 100) / limit
    }

    /// Sends so many a second for a while, a second of which is not measured.
    mutating func run(rate: Double, seconds: Int) -> RateProbe.Measurement {
        idleFrom = now
        _ = second(rate)
        var measurement = RateProbe.Measurement()
        for _ in 0..<seconds {
            let (counts, arrivals) = second(rate)
            measurement.total.scheduled.append(counts)
            measurement.total.service.append(counts)
            measurement.total.due.append(arrivals)
            measurement.total.answered.append(arrivals)
            measurement.total.shed.append(0)
        }
        if rate >= serviceRate { measurement.verdict = .saturated }
        return measurement
    }

    private mutating func second(_ rate: Double) -> (LatencyCounts, Double) {
        var steps = [UInt64](repeating: 0, count: Self.stepsMaximum)
        let end = now.rounded(.down) + 1
        var arrivals = 0.0
        while true {
            let bits = Int(truncatingIfNeeded: generator.next())
            let gap = Self.exponentials[bits & 0xFFFF] / rate
            guard now + gap < end else { break }
            now += gap
            idleFrom =
                max(idleFrom, now) + Self.exponentials[(bits >> 16) & 0xFFFF] / serviceRate
            steps[min(Int((idleFrom - now) * 1e9 / Self.stepNanoseconds), steps.count - 1)] += 1
            arrivals += 1
        }
        now = end
        return (LatencyCounts(Self.entries(steps)), arrivals)
    }

    private static func entries(_ steps: [UInt64]) -> [LatencyCounts.Entry] {
        steps.enumerated().filter { $0.element > 0 }.map { step, count in
            .init(nanoseconds: UInt64((Double(step) + 0.5) * stepNanoseconds), count: count)
        }
    }
}
