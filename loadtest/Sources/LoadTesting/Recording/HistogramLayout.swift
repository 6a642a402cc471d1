// SPDX-License-Identifier: Apache-2.0

/// How HDR histograms of this tool lay out their counts: 256 ns, three digits, an hour.
///
/// The bucket arithmetic of HdrHistogram (Gil Tene), for one fixed set of parameters.
enum HistogramLayout {
    /// Finer than this nothing is told apart: a small part of any loopback round trip.
    static let resolutionNanoseconds: UInt64 = 256
    /// The longest time: an hour, far beyond every time-out.
    static let maximumNanoseconds: UInt64 = 3_600_000_000_000
    static let significantDigits: Int32 = 3
    /// Counts of a histogram that covers the maximum.
    static let countsMaximum = index(of: maximumNanoseconds) + 1

    private static let unitMagnitude = 8
    private static let subBucketHalfCountMagnitude = 10
    private static let subBucketHalfCount = 1 << subBucketHalfCountMagnitude
    private static let subBucketMask = UInt64(2 * subBucketHalfCount - 1) << UInt64(unitMagnitude)
    private static let leadingZeroCountBase = 64 - unitMagnitude - subBucketHalfCountMagnitude - 1

    /// Where a time is counted; what is beyond an hour counts as an hour.
    static func index(of nanoseconds: UInt64) -> Int {
        let value = min(nanoseconds, maximumNanoseconds)
        let bucket = leadingZeroCountBase - (value | subBucketMask).leadingZeroBitCount
        let subBucket = Int(value >> UInt64(bucket + unitMagnitude))
        return (bucket + 1) << subBucketHalfCountMagnitude + subBucket - subBucketHalfCount
    }

    /// The smallest time that is counted at an index.
    static func nanoseconds(at index: Int) -> UInt64 {
        let bucket = index >> subBucketHalfCountMagnitude - 1
        let subBucket = index & (subBucketHalfCount - 1)
        return bucket < 0
            ? UInt64(subBucket) << UInt64(unitMagnitude)
            : UInt64(subBucket + subBucketHalfCount) << UInt64(bucket + unitMagnitude)
    }

    /// The largest time that is counted at an index: what percentiles show.
    static func highestNanoseconds(at index: Int) -> UInt64 { nanoseconds(at: index + 1) - 1 }
}
