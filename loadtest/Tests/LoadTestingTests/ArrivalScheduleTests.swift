// SPDX-License-Identifier: Apache-2.0
import Foundation
import LoadTesting
import Testing

/// Arrivals are what was asked for, before any request is sent.
struct ArrivalScheduleTests {
    private static let rate = 2_000.0
    private static let profile = RateProfile([.init(seconds: 10, rate: rate)])

    @Test(arguments: [1, 2, 3], [1, 4])
    func poissonGapsAreExponential(_ seed: UInt64, _ threads: Int) {
        let gaps = Self.gaps(.poisson, seed: seed, threads: threads)
        let distance = Self.distance(gaps) { 1 - exp(-$0 * Self.rate) }
        // Kolmogorov-Smirnov at 1 in 1000; the seeds are fixed, so it holds or it does not.
        #expect(distance < 1.95 / Double(gaps.count).squareRoot(), "seed \(seed)")
        #expect(abs(Double(gaps.count) - 20_000) < 5 * 20_000.0.squareRoot())
    }

    @Test(arguments: [1, 2, 3], [0.5, 2])
    func gammaGapsHaveTheirShape(_ seed: UInt64, _ shape: Double) {
        let gaps = Self.gaps(.gamma(shape: shape), seed: seed, threads: 4)
        // Closed forms of the distribution with mean one: shape 1/2 is a squared normal number,
        // shape 2 the sum of two exponential ones.
        let distance = Self.distance(gaps) { gap in
            let gap = gap * Self.rate
            return shape == 2
                ? 1 - exp(-2 * gap) * (1 + 2 * gap) : erf((gap / 2).squareRoot())
        }
        #expect(distance < 1.95 / Double(gaps.count).squareRoot(), "seed \(seed)")
    }

    @Test func theTestTellsAMetronomeFromAPoissonProcess() {
        let gaps = Self.gaps(.constant, seed: 1, threads: 1)
        #expect(Self.distance(gaps) { 1 - exp(-$0 * Self.rate) } > 0.3)
    }

    @Test(arguments: [1, 4])
    func constantGapsAreEqual(_ threads: Int) {
        let gaps = Self.gaps(.constant, seed: 1, threads: threads)
        #expect(gaps.allSatisfy { abs($0 - 1 / Self.rate) < 2e-9 })
    }

    @Test func sameSeedSameSchedule() {
        let first = ArrivalSchedule(.poisson, Self.profile, seed: 5)
        #expect(
            first.offsetsNanoseconds
                == ArrivalSchedule(.poisson, Self.profile, seed: 5).offsetsNanoseconds
        )
        #expect(
            first.offsetsNanoseconds
                != ArrivalSchedule(.poisson, Self.profile, seed: 6).offsetsNanoseconds
        )
    }

    @Test(arguments: [ArrivalProcess.poisson, .constant, .gamma(shape: 0.5)])
    func aRampAndItsStepsAreFollowed(_ process: ArrivalProcess) {
        let profile = RateProfile([
            .init(seconds: 4, rate: 0.001, to: 4_000), .init(seconds: 2, rate: 1_000),
        ]).preceded(bySeconds: 1)
        let seconds = ArrivalSchedule(process, profile, seed: 3).offsetsNanoseconds
            .map { Int($0 / 1_000_000_000) }
        let expected = [0.0, 500, 1_500, 2_500, 3_500, 1_000, 1_000]
        for (second, count) in expected.enumerated() {
            let arrivals = Double(seconds.count { $0 == second })
            // Gaps of shape a half have twice the variance of exponential ones.
            #expect(abs(arrivals - count) <= 8 * count.squareRoot() + 1, "second \(second)")
        }
        #expect(seconds.allSatisfy { $0 < 7 })
    }

    /// Seconds between the arrivals of all threads together.
    private static func gaps(
        _ process: ArrivalProcess,
        seed: UInt64,
        threads: Int
    ) -> [Double] {
        let schedule = ArrivalSchedule(process, profile, seed: seed)
        let times = (0..<threads).flatMap {
            schedule.share(ofThread: $0, of: threads).offsetsNanoseconds
        }.sorted()
        return zip(times.dropFirst(), times).map { Double($0 - $1) / 1e9 }
    }

    /// Largest distance of the samples' distribution from a given one.
    private static func distance(_ samples: [Double], _ cumulative: (Double) -> Double) -> Double {
        let sorted = samples.sorted()
        let count = Double(sorted.count)
        return sorted.enumerated().map { index, sample in
            let expected = cumulative(sample)
            return max(
                abs(expected - Double(index) / count),
                abs(expected - Double(index + 1) / count)
            )
        }.max() ?? 1
    }
}
