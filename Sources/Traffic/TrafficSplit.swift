// SPDX-License-Identifier: Apache-2.0

/// The sticky split of one model's traffic across its versions.
///
/// An assignment is a pure function of the unit and the settings. Raising the coverage, growing a
/// layer share upwards or shrinking the holdout only moves units from the stable version into
/// their arm, never between arms; changing weights or salts does move them.
package final class TrafficSplit: Sendable {
    /// One version's share of the units in the experiment.
    package struct Arm: Hashable, Sendable {
        /// The version's index in the caller's table.
        package let version: Int
        /// The share in basis points; the arms' weights sum to 10,000.
        package let weightBasisPoints: Int

        /// An arm serving one version.
        package init(version: Int, weightBasisPoints: Int) {
            self.version = version
            self.weightBasisPoints = weightBasisPoints
        }
    }

    /// What a split is made of.
    package struct Settings: Hashable, Sendable {
        /// The arms, in the order that gives each its buckets.
        package var arms: [Arm]
        /// The version everyone outside the experiment gets; it need not be an arm.
        package var stableVersion: Int
        /// The salt that picks the arm: the experiment's seed.
        package var armSalt: String
        /// The salt of the layer the experiment lives in.
        package var layerSalt: String
        /// The buckets of that layer the experiment owns.
        package var layerBuckets: Range<Int>
        /// The salt of the holdout, shared by all the experiments it guards.
        package var holdoutSalt: String
        /// The units kept out of every experiment, in basis points.
        package var holdoutBasisPoints: Int
        /// The part of each arm's buckets in use, in basis points.
        package var coverageBasisPoints: Int
        /// Sends everyone to the stable version at once.
        package var isKilled: Bool

        /// Settings with the whole layer, full coverage and no holdout unless told otherwise.
        package init(
            arms: [Arm],
            stableVersion: Int,
            armSalt: String,
            layerSalt: String,
            layerBuckets: Range<Int> = 0..<Layer.bucketCount,
            holdoutSalt: String = "holdout",
            holdoutBasisPoints: Int = 0,
            coverageBasisPoints: Int = Layer.bucketCount,
            isKilled: Bool = false
        ) {
            self.arms = arms
            self.stableVersion = stableVersion
            self.armSalt = armSalt
            self.layerSalt = layerSalt
            self.layerBuckets = layerBuckets
            self.holdoutSalt = holdoutSalt
            self.holdoutBasisPoints = holdoutBasisPoints
            self.coverageBasisPoints = coverageBasisPoints
            self.isKilled = isKilled
        }
    }

    private let settings: Settings
    private let ranges: [Range<Int>]
    private let holdout: Layer
    private let experiment: Layer
    private let arm: Layer

    /// A split whose settings hold together.
    ///
    /// - Throws: the first `SplitError` found, in the order its cases are listed.
    package init(_ settings: Settings) throws(SplitError) {
        try settings.validate()
        self.settings = settings
        ranges = Self.bucketRanges(
            weightsBasisPoints: settings.arms.map(\.weightBasisPoints),
            coverageBasisPoints: settings.coverageBasisPoints
        )
        holdout = Layer(salt: settings.holdoutSalt)
        experiment = Layer(salt: settings.layerSalt)
        arm = Layer(salt: settings.armSalt)
    }

    /// The version for a unit and why: kill switch, forced, holdout, layer, arm, in that order.
    ///
    /// `unit` is UTF-8 and read only during the call; an empty one gets the stable version, since
    /// otherwise all anonymous traffic would fall into one arm. `forced` is the version index of
    /// an override the caller has verified. Complexity: one to three hashes, no allocation.
    package func assign(unit: UnsafeRawBufferPointer, forced: Int? = nil) -> Assignment {
        if settings.isKilled { return stable(.killSwitch) }
        if let forced { return Assignment(version: forced, bucket: nil, reason: .forced) }
        if unit.isEmpty { return stable(.noUnit) }
        if isHeldOut(unit) { return stable(.holdout) }
        guard isInLayerShare(unit) else { return stable(.notCovered) }
        return assign(bucket: arm.bucket(of: unit))
    }

    private func isHeldOut(_ unit: UnsafeRawBufferPointer) -> Bool {
        settings.holdoutBasisPoints > 0
            && holdout.bucket(of: unit) < settings.holdoutBasisPoints
    }

    private func isInLayerShare(_ unit: UnsafeRawBufferPointer) -> Bool {
        settings.layerBuckets.count == Layer.bucketCount
            || settings.layerBuckets.contains(experiment.bucket(of: unit))
    }

    private func assign(bucket: Int) -> Assignment {
        for index in ranges.indices where ranges[index].contains(bucket) {
            let version = settings.arms[index].version
            return Assignment(version: version, bucket: bucket, reason: .assigned)
        }
        return stable(.notCovered, bucket: bucket)
    }

    private func stable(_ reason: AssignmentReason, bucket: Int? = nil) -> Assignment {
        Assignment(version: settings.stableVersion, bucket: bucket, reason: reason)
    }

    /// The buckets of each arm: `[start, start + coverage × weight)`, where the starts depend on
    /// the weights alone.
    ///
    /// Weights and coverage are basis points; a fraction of a bucket is dropped.
    /// Source: GrowthBook's `getBucketRange`.
    package static func bucketRanges(
        weightsBasisPoints: [Int],
        coverageBasisPoints: Int
    ) -> [Range<Int>] {
        var start = 0
        return weightsBasisPoints.map { weight in
            defer { start += weight }
            return start..<(start + weight * coverageBasisPoints / Layer.bucketCount)
        }
    }
}
