// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayCore
import Traffic

/// What a serving state is made of. Everyone is assigned the last version unless weights say so.
package struct StateFixture {
    /// Versions of the model for prices.
    package var prices: [VersionFixture] = []
    /// Versions of the model for recommendations.
    package var recommendations: [VersionFixture] = []
    /// Index of the stable version of both models.
    package var stable = 0
    /// In basis points; nil gives everything to the last version.
    package var weights: [Int]?
    /// Share of the shoppers outside every experiment.
    package var holdoutBasisPoints = 0
    /// Signs the versions that testers ask for; nil lets nobody ask.
    package var forcedVersionKey: [UInt8]?
    /// Of both routes.
    package var budgetMilliseconds: UInt64 = 50
    /// Lines of the largest cart.
    package var linesMaximum = 500
    /// What every price is held against.
    package var guardBand = PriceGuard(
        floorBasisPoints: 2_000,
        ceilingBasisPoints: 30_000,
        changeBasisPointsMax: 9_000
    )!
    /// Added to the salt that picks a shopper's version.
    package var armSaltSuffix = ""
    /// What each worker remembers.
    package var memory = MemorySettings(
        lastKnownGoodCapacity: 1024,
        lastKnownGoodMaximumAgeNanoseconds: 600_000_000_000,
        cachedListCapacity: 64,
        cachedListMaximumAgeNanoseconds: 300_000_000_000
    )

    /// A fixture without versions.
    package init() {}

    /// Binds the versions to a snapshot.
    ///
    /// - Throws: `PluginError` when a handler refuses it.
    package func build(
        _ snapshot: FeatureSnapshot,
        _ storage: MetricStorage,
        replacing previous: MetricCatalog? = nil
    ) throws -> ServingState {
        let catalog = try MetricCatalog(dimensions, storage: storage, replacing: previous)
        let priceModel = try model(
            "pricing",
            .price,
            "prices",
            prices,
            firstOrdinal: 0,
            snapshot,
            catalog
        )
        let recommendationModel = try model(
            "recommendations",
            .recommend,
            "recommendations",
            recommendations,
            firstOrdinal: prices.count,
            snapshot,
            catalog
        )
        return try ServingState(
            snapshot: snapshot,
            models: [priceModel, recommendationModel].compactMap(\.self),
            catalog: catalog,
            prices: priceModel.map { priceRoute($0, catalog) },
            recommendations: recommendationModel.map { recommendationRoute($0, catalog) },
            otherSeries: catalog.route("other")!,
            crossOrigin: CrossOriginPolicy(allowedOrigin: "*", maximumAgeSeconds: 7200),
            memory: memory,
            forcedVersions: forcedVersionKey.map(ForcedVersions.init)
        )
    }

    private var dimensions: MetricDimensions {
        MetricDimensions(
            routes: [
                .init(name: "prices", models: ["pricing"]),
                .init(name: "recommendations", models: ["recommendations"]),
                .init(name: "other", models: []),
            ],
            models: [
                .init(name: "pricing", versions: prices.map(\.name)),
                .init(name: "recommendations", versions: recommendations.map(\.name)),
            ],
            shadows: shadows("pricing", .price, prices)
                + shadows("recommendations", .recommend, recommendations)
        )
    }

    private func shadows(
        _ model: String,
        _ kind: ServedModel.Kind,
        _ versions: [VersionFixture]
    ) -> [MetricDimensions.Shadow] {
        versions.filter(\.hasShadow)
            .map { .init(model: model, version: $0.name, kind: kind) }
    }

    private func model(
        _ name: String,
        _ kind: ServedModel.Kind,
        _ route: String,
        _ versions: [VersionFixture],
        firstOrdinal: Int,
        _ snapshot: FeatureSnapshot,
        _ catalog: MetricCatalog
    ) throws -> ServedModel? {
        guard !versions.isEmpty else { return nil }
        let served = try versions.enumerated().map { index, version in
            try version.serve(
                name,
                on: route,
                ordinal: firstOrdinal + index,
                snapshot,
                catalog
            )
        }
        let weights = weights ?? versions.indices.map { $0 == versions.count - 1 ? 10_000 : 0 }
        return ServedModel(
            name: name,
            kind: kind,
            versions: served,
            stable: stable,
            split: try TrafficSplit(
                TrafficSplit.Settings(
                    arms: weights.enumerated().map {
                        TrafficSplit.Arm(version: $0.offset, weightBasisPoints: $0.element)
                    },
                    stableVersion: stable,
                    armSalt: name + armSaltSuffix,
                    layerSalt: name + "-layer",
                    holdoutBasisPoints: holdoutBasisPoints
                )
            ),
            unitSources: [.customerID, .sessionID]
        )
    }

    private func priceRoute(_ model: ServedModel, _ catalog: MetricCatalog) -> PriceRoute {
        PriceRoute(
            model: model,
            budgetNanoseconds: budgetMilliseconds * 1_000_000,
            linesMaximum: linesMaximum,
            expiresInSeconds: 300,
            guardBand: guardBand,
            series: catalog.route("prices")!
        )
    }

    private func recommendationRoute(
        _ model: ServedModel,
        _ catalog: MetricCatalog
    ) -> RecommendationRoute {
        RecommendationRoute(
            model: model,
            budgetNanoseconds: budgetMilliseconds * 1_000_000,
            limitDefault: 10,
            limitMaximum: 100,
            series: catalog.route("recommendations")!
        )
    }
}
