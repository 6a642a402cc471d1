// SPDX-License-Identifier: Apache-2.0

/// What a worker remembers of good answers, for the rungs below the models.
///
/// Belongs to one snapshot and one event loop.
struct WorkerMemory: ~Copyable {
    let prices: LastKnownGoodPrices
    let recommendations: CachedRecommendations

    init(_ settings: WorkerSettings) {
        prices = LastKnownGoodPrices(
            capacity: settings.lastKnownGoodCapacity,
            maximumAgeNanoseconds: settings.lastKnownGoodMaximumAgeNanoseconds)
        recommendations = CachedRecommendations(
            capacity: settings.cachedListCapacity,
            maximumAgeNanoseconds: settings.cachedListMaximumAgeNanoseconds)
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

/// How large a worker's memory and calls may be.
package struct WorkerSettings: Sendable {
    /// Prices remembered by each event loop.
    package var lastKnownGoodCapacity = 4096
    package var lastKnownGoodMaximumAgeNanoseconds: UInt64 = 600_000_000_000
    /// Lists remembered by each event loop.
    package var cachedListCapacity = 1024
    package var cachedListMaximumAgeNanoseconds: UInt64 = 300_000_000_000
    /// Bytes of the largest body; a call's arena holds a copy of it and its parsed form.
    package var bodyBytesMaximum = 256 * 1024
    /// Lines of the largest cart.
    package var linesMaximum = 500
    /// Items of the longest list.
    package var itemsMaximum = 100

    /// The defaults of the sample config.
    package init() {}
}
