// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

struct RollingQuantileTests {
    @Test func knowsNothingAtFirst() {
        let quantile = RollingQuantile()
        #expect(quantile.p99Nanoseconds(now: 5 * second) == 0)
    }

    @Test func everyDurationIsBelowItsBucketsUpperBound() {
        var random = SeededGenerator(seed: 41)
        for _ in 0..<20_000 {
            let nanoseconds = random.next() >> UInt64.random(in: 31...60, using: &random)
            let bound = RollingQuantile.upperBound(of: RollingQuantile.bucket(of: nanoseconds))
            guard nanoseconds >> 10 > 0, nanoseconds >> 34 == 0 else { continue }
            #expect(nanoseconds < bound && bound - nanoseconds <= nanoseconds / 8 + 1)
        }
    }

    @Test(arguments: [0, 1, 1_023, .max] as [UInt64])
    func takesAnyDuration(nanoseconds: UInt64) {
        let quantile = RollingQuantile()
        quantile.record(nanoseconds: nanoseconds, now: .max)
        #expect(quantile.p99Nanoseconds(now: .max) > 0)
    }

    @Test(arguments: [51, 52, 53] as [UInt64])
    func isCloseToTheExactQuantile(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let quantile = RollingQuantile()
        var durations: [UInt64] = []
        for _ in 0..<960 {
            let duration = UInt64.random(in: 20_000...2_000_000, using: &random)
            durations.append(duration)
            quantile.record(nanoseconds: duration, now: 1)
        }
        let exact = durations.sorted()[durations.count * 99 / 100]
        let estimate = quantile.p99Nanoseconds(now: 1)
        #expect(estimate >= exact && estimate <= exact * 5 / 4, "seed \(seed)")
    }

    @Test func followsAChangeOfPace() {
        let quantile = RollingQuantile()
        for _ in 0..<10_000 { quantile.record(nanoseconds: 50_000, now: 1) }
        for _ in 0..<300 { quantile.record(nanoseconds: 10 * millisecond, now: 2) }
        #expect(quantile.p99Nanoseconds(now: 2) >= 10 * millisecond)
        for _ in 0..<10_000 { quantile.record(nanoseconds: 50_000, now: 3) }
        #expect(quantile.p99Nanoseconds(now: 3) < 100_000)
    }

    @Test func forgetsAStageThatItKeepsFromStarting() {
        let quantile = RollingQuantile()
        for _ in 0..<100_000 { quantile.record(nanoseconds: second, now: 1) }
        #expect(quantile.p99Nanoseconds(now: second) > second)
        #expect(quantile.p99Nanoseconds(now: 15 * second) == 0)
        quantile.record(nanoseconds: 20_000, now: 15 * second)
        #expect(quantile.p99Nanoseconds(now: 15 * second) < 25_000)
    }
}
