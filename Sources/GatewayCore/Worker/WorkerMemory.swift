// SPDX-License-Identifier: Apache-2.0

/// What a worker remembers of good answers, for the rungs below the models.
///
/// Belongs to one snapshot and one event loop.
struct WorkerMemory: ~Copyable {
    let prices: LastKnownGoodPrices
    let recommendations: CachedRecommendations

    init(_ settings: MemorySettings) {
        prices = LastKnownGoodPrices(
            capacity: settings.lastKnownGoodCapacity,
            maximumAgeNanoseconds: settings.lastKnownGoodMaximumAgeNanoseconds
        )
        recommendations = CachedRecommendations(
            capacity: settings.cachedListCapacity,
            maximumAgeNanoseconds: settings.cachedListMaximumAgeNanoseconds
        )
    }

    deinit {
        prices.deallocate()
        recommendations.deallocate()
    }

    /// Forgets everything: a new snapshot serves.
    func removeAll() {
        prices.removeAll()
        recommendations.removeAll()
    }
}

/// How much a worker remembers, and for how long.
package struct MemorySettings: Hashable, Sendable {
    /// Prices remembered by each event loop.
    package var lastKnownGoodCapacity: Int
    /// Age beyond which a price is no answer.
    package var lastKnownGoodMaximumAgeNanoseconds: UInt64
    /// Lists remembered by each event loop.
    package var cachedListCapacity: Int
    /// Age beyond which a list is no answer.
    package var cachedListMaximumAgeNanoseconds: UInt64

    /// Gathers the settings.
    package init(
        lastKnownGoodCapacity: Int,
        lastKnownGoodMaximumAgeNanoseconds: UInt64,
        cachedListCapacity: Int,
        cachedListMaximumAgeNanoseconds: UInt64
    ) {
        self.lastKnownGoodCapacity = lastKnownGoodCapacity
        self.lastKnownGoodMaximumAgeNanoseconds = lastKnownGoodMaximumAgeNanoseconds
        self.cachedListCapacity = cachedListCapacity
        self.cachedListMaximumAgeNanoseconds = cachedListMaximumAgeNanoseconds
    }
}
