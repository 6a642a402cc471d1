// SPDX-License-Identifier: Apache-2.0

/// A running estimate of a stage's 99th percentile.
///
/// A histogram of eight buckets per power of two from 1 µs to 17 s, so the estimate is at most an
/// eighth too high and never too low for what it has seen. It forgets by halving: once a second,
/// and whenever it holds enough. A stage that its own p99 keeps from starting is therefore tried
/// again within seconds, when the histogram has run empty.
///
/// Concurrency: one writer, which is also the reader. No allocation.
package final class RollingQuantile {
    /// Time after which a sample weighs half: long enough for hundreds of samples at a store's rate.
    package static let halfLifeNanoseconds: UInt64 = 1_000_000_000
    /// A sample's first weight: it outlives four halvings, so a slow shop keeps its tail.
    static let sampleWeight: UInt32 = 16
    /// Weight at which all is halved: a thousand samples put ten beyond the 99th percentile.
    static let totalWeightMax: UInt32 = 1_024 * sampleWeight
    /// Samples between two evaluations, once there are that many: a scan costs 100 ns.
    static let refreshInterval = 32
    /// Weight below which every sample is evaluated.
    static let fewWeight = 32 * sampleWeight

    /// Below 2^10 ns everything is equally fast.
    private static let exponentMin = 10
    private static let exponentMax = 34
    private static let bucketCount = (exponentMax - exponentMin) * 8

    private let weights: UnsafeMutablePointer<UInt32>
    private var total: UInt32 = 0
    private var sampleCount = 0
    private var decayedAt: UInt64 = 0
    private var estimate: UInt64 = 0

    /// An estimate that knows nothing.
    package init() {
        weights = .allocate(capacity: Self.bucketCount)
        weights.initialize(repeating: 0, count: Self.bucketCount)
    }

    deinit { weights.deallocate() }

    /// Adds one duration.
    package func record(nanoseconds: UInt64, now: UInt64) {
        decay(now: now)
        weights[Self.bucket(of: nanoseconds)] += Self.sampleWeight
        total += Self.sampleWeight
        sampleCount &+= 1
        if total >= Self.totalWeightMax { halve(times: 1) }
        if total < Self.fewWeight || sampleCount % Self.refreshInterval == 0 {
            estimate = quantileBound()
        }
    }

    /// The 99th percentile in nanoseconds; zero while nothing is known, so that a stage may start.
    package func p99Nanoseconds(now: UInt64) -> UInt64 {
        decay(now: now)
        return estimate
    }

    private func decay(now: UInt64) {
        let halvings = now.minus(decayedAt) / Self.halfLifeNanoseconds
        guard halvings > 0 else { return }
        decayedAt += halvings * Self.halfLifeNanoseconds
        guard total > 0 else { return }
        halve(times: halvings)
        estimate = quantileBound()
    }

    private func halve(times: UInt64) {
        total = 0
        for index in 0..<Self.bucketCount {
            weights[index] >>= times
            total += weights[index]
        }
    }

    /// The upper bound of the bucket that reaches into the highest hundredth.
    private func quantileBound() -> UInt64 {
        var beyond = total / 100
        for index in stride(from: Self.bucketCount - 1, through: 0, by: -1) {
            if weights[index] > beyond { return Self.upperBound(of: index) }
            beyond -= weights[index]
        }
        return 0
    }

    static func bucket(of nanoseconds: UInt64) -> Int {
        guard nanoseconds >> exponentMin > 0 else { return 0 }
        let exponent = 63 - nanoseconds.leadingZeroBitCount
        guard exponent < exponentMax else { return bucketCount - 1 }
        let eighth = Int(nanoseconds >> (exponent - 3)) & 7
        return (exponent - exponentMin) * 8 + eighth
    }

    static func upperBound(of bucket: Int) -> UInt64 {
        UInt64(bucket % 8 + 9) << (bucket / 8 + exponentMin - 3)
    }
}
