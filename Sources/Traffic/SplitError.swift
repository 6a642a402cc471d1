// SPDX-License-Identifier: Apache-2.0

/// Why settings make no split; the caller adds the file and line.
package enum SplitError: Error, Hashable, Sendable {
    /// There is no arm.
    case noArms
    /// An arm's weight is outside 0...10,000 basis points.
    case weightOutOfRange(arm: Int, basisPoints: Int)
    /// The weights do not sum to 10,000 basis points.
    case weightsDoNotSum(basisPoints: Int)
    /// Two arms serve one version.
    case duplicateVersion(Int)
    /// The coverage is outside 0...10,000 basis points.
    case coverageOutOfRange(basisPoints: Int)
    /// The holdout is outside 0...10,000 basis points.
    case holdoutOutOfRange(basisPoints: Int)
    /// The layer share reaches outside buckets 0..<10,000.
    case layerBucketsOutOfRange(Range<Int>)
    /// Two of the three salts are equal, which would tie layers that must be independent.
    case sharedSalt(String)
}

extension TrafficSplit.Settings {
    func validate() throws(SplitError) {
        try validateArms()
        let basisPoints = 0...Layer.bucketCount
        guard basisPoints.contains(coverageBasisPoints) else {
            throw .coverageOutOfRange(basisPoints: coverageBasisPoints)
        }
        guard basisPoints.contains(holdoutBasisPoints) else {
            throw .holdoutOutOfRange(basisPoints: holdoutBasisPoints)
        }
        guard layerBuckets.lowerBound >= 0, layerBuckets.upperBound <= Layer.bucketCount else {
            throw .layerBucketsOutOfRange(layerBuckets)
        }
        if armSalt == layerSalt || armSalt == holdoutSalt { throw .sharedSalt(armSalt) }
        if layerSalt == holdoutSalt { throw .sharedSalt(layerSalt) }
    }

    private func validateArms() throws(SplitError) {
        if arms.isEmpty { throw .noArms }
        var versions = Set<Int>()
        var sum = 0
        for (index, arm) in arms.enumerated() {
            guard (0...Layer.bucketCount).contains(arm.weightBasisPoints) else {
                throw .weightOutOfRange(arm: index, basisPoints: arm.weightBasisPoints)
            }
            guard versions.insert(arm.version).inserted else {
                throw .duplicateVersion(arm.version)
            }
            sum += arm.weightBasisPoints
        }
        guard sum == Layer.bucketCount else { throw .weightsDoNotSum(basisPoints: sum) }
    }
}
