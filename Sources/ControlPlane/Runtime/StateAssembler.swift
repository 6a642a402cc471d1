// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayConfig
import GatewayCore
import PluginHost
import Traffic

/// Makes serving states: loads the versions of a config and binds them to a snapshot.
///
/// Nothing it does touches what serves; a failure leaves no trace but released models.
struct StateAssembler: Sendable {
    typealias Name = VersionName

    /// The series of everything that is no route of the config.
    static let otherRoute = "other"

    let storage: MetricStorage
    let returns: PoolReturns
    let workers: WorkerHost

    /// Loads the model of every version of the config, taking over what has not changed.
    ///
    /// Loading thread only.
    func load(
        _ config: GatewayConfig,
        _ shelf: PluginShelf,
        demoted: Set<Name>,
        replacing previous: [Name: LoadedVersion]
    ) throws -> [VersionDraft] {
        try config.versionNames.map { name in
            try draft(
                name,
                of: config,
                shelf,
                isDemoted: demoted.contains(name),
                replacing: previous[name]
            )
        }
    }

    /// Loads the model of one version.
    func draft(
        _ name: Name,
        of config: GatewayConfig,
        _ shelf: PluginShelf,
        isDemoted: Bool = false,
        replacing previous: LoadedVersion? = nil
    ) throws -> VersionDraft {
        guard let model = config.models[name.model], let version = model.versions[name.version]
        else { throw GatewayFault(name.text, "is not configured") }
        let kind = HandlerKind(model.kind)
        let handler = try shelf.handler(version, kind: kind)
        return try VersionDraft(
            name,
            origin: .init(
                config: version.loaded,
                pluginDigest: shelf.digest(of: version.plugin),
                isDemoted: isDemoted,
                workerPaths: handler.isIsolated(version) ? [config.snapshots.directory] : []
            ),
            breakerOrigin: .init(
                config: model.breaker,
                slowThresholdNanoseconds: slowThreshold(name.model, config)
            ),
            handler: handler,
            kind: kind,
            overload: OverloadSettings(config.server.overload),
            shadow: model.shadows[name.version],
            replacing: previous
        )
    }

    /// Gives loaded versions their breakers, threads and processes.
    func finish(_ drafts: [VersionDraft]) throws -> [Name: LoadedVersion] {
        var versions: [Name: LoadedVersion] = [:]
        for draft in drafts { versions[draft.name] = try draft.makeVersion(returns, workers) }
        return versions
    }

    /// Resolves the routes of versions that are bound to a snapshot.
    func assemble(
        _ config: GatewayConfig,
        _ versions: [Name: LoadedVersion],
        _ bound: BoundVersions,
        snapshot: FeatureSnapshot,
        replacing previous: MetricCatalog?
    ) throws -> ServingState {
        let catalog = try MetricCatalog(
            dimensions(of: config),
            storage: storage,
            replacing: previous
        )
        let forcedVersions = try ForcedVersions.load(config.forcedVersions)
        var ordinal = 0
        var models: [String: ServedModel] = [:]
        for name in config.models.keys.sorted() {
            models[name] = try model(name, config, versions, bound, catalog, &ordinal)
        }
        do throws(ProductTable.MissingColumn) {
            return try ServingState(
                snapshot: snapshot,
                models: models.values.sorted { $0.name.text < $1.name.text },
                catalog: catalog,
                prices: prices(config, models, catalog),
                recommendations: recommendations(config, models, catalog),
                otherSeries: series(Self.otherRoute, catalog),
                crossOrigin: CrossOriginPolicy(
                    allowedOrigin: config.server.cors.allowOrigin,
                    maximumAgeSeconds: config.server.cors.maxAgeNanoseconds / 1_000_000_000
                ),
                memory: MemorySettings(config.routes),
                forcedVersions: forcedVersions
            )
        } catch {
            throw GatewayFault("snapshot \(snapshot.id)", "has no column \(error.name)")
        }
    }

    // MARK: Models

    private func model(
        _ name: String,
        _ config: GatewayConfig,
        _ versions: [Name: LoadedVersion],
        _ bound: BoundVersions,
        _ catalog: MetricCatalog,
        _ ordinal: inout Int
    ) throws -> ServedModel {
        guard let model = config.models[name] else { throw GatewayFault(name, "is not configured") }
        let names = model.versions.keys.sorted(by: VersionName.isInOrder)
        let route = Self.route(of: name, in: config) ?? Self.otherRoute
        let served = try names.map { version in
            let key = Name(model: name, version: version)
            guard let loaded = versions[key], let live = bound.versions[key],
                let series = catalog.version(model: name, version: version),
                let duration = catalog.duration(route: route, model: name, version: version)
            else { throw GatewayFault("\(name)/\(version)", "was not loaded") }
            defer { ordinal += 1 }
            return ServedVersion(
                name: version,
                ordinal: ordinal,
                isEnabled: model.versions[version]?.isEnabled ?? true,
                placement: live.placement,
                description: loaded.model.description,
                breaker: loaded.breaker,
                series: series,
                requestDuration: duration,
                shadow: bound.shadows[key].flatMap { loaded.shadow?.serve(as: key, $0, catalog) }
            )
        }
        return ServedModel(
            name: name,
            kind: ServedModel.Kind(model.kind),
            versions: served,
            stable: names.firstIndex(of: model.stable) ?? 0,
            split: try split(model, names, config.holdout),
            unitSources: model.split.unit.map(UnitSource.init)
        )
    }

    private func split(
        _ model: ModelConfig,
        _ names: [String],
        _ holdout: HoldoutConfig
    ) throws -> TrafficSplit {
        let arms = names.enumerated().compactMap { index, name in
            model.split.weights[name].map {
                TrafficSplit.Arm(version: index, weightBasisPoints: $0)
            }
        }
        return try TrafficSplit(
            TrafficSplit.Settings(
                arms: arms,
                stableVersion: names.firstIndex(of: model.stable) ?? 0,
                armSalt: model.split.salt,
                layerSalt: model.split.layer,
                layerBuckets: model.split.layerBuckets,
                holdoutSalt: holdout.salt,
                holdoutBasisPoints: holdout.basisPoints,
                coverageBasisPoints: model.split.coverageBasisPoints
            )
        )
    }

    // MARK: Routes

    private func prices(
        _ config: GatewayConfig,
        _ models: [String: ServedModel],
        _ catalog: MetricCatalog
    ) -> PriceRoute? {
        guard let route = config.routes.prices, let model = models[route.model],
            let guardBand = PriceGuard(
                floorBasisPoints: route.priceGuard.floorBasisPoints,
                ceilingBasisPoints: route.priceGuard.ceilingBasisPoints,
                changeBasisPointsMax: route.priceGuard.maximumChangeBasisPoints
            )
        else { return nil }
        return PriceRoute(
            model: model,
            budgetNanoseconds: route.budgetNanoseconds,
            linesMaximum: route.linesMax,
            expiresInSeconds: Int(route.expiresInNanoseconds / 1_000_000_000),
            guardBand: guardBand,
            series: series(RouteName.prices, catalog)
        )
    }

    private func recommendations(
        _ config: GatewayConfig,
        _ models: [String: ServedModel],
        _ catalog: MetricCatalog
    ) -> RecommendationRoute? {
        guard let route = config.routes.recommendations, let model = models[route.model] else {
            return nil
        }
        return RecommendationRoute(
            model: model,
            budgetNanoseconds: route.budgetNanoseconds,
            limitDefault: route.limitDefault,
            limitMaximum: route.limitMax,
            series: series(RouteName.recommendations, catalog)
        )
    }

    private func series(_ route: String, _ catalog: MetricCatalog) -> RouteSeries {
        guard let series = catalog.route(route) else {
            preconditionFailure("the catalog was made with the route \(route)")
        }
        return series
    }

    // MARK: Names

    private func dimensions(of config: GatewayConfig) -> MetricDimensions {
        let models = config.models.keys.sorted()
        let routes = models.map { ($0, Self.route(of: $0, in: config) ?? Self.otherRoute) }
        return MetricDimensions(
            routes: [RouteName.prices, RouteName.recommendations, Self.otherRoute].map { route in
                .init(name: route, models: routes.filter { $0.1 == route }.map(\.0))
            },
            models: models.map { name in
                .init(
                    name: name,
                    versions: (config.models[name]?.versions.keys.sorted(by: VersionName.isInOrder))
                        ?? []
                )
            },
            shadows: models.flatMap { Self.shadows(of: $0, in: config) }
        )
    }

    static func route(of model: String, in config: GatewayConfig) -> String? {
        if config.routes.prices?.model == model { return RouteName.prices }
        if config.routes.recommendations?.model == model { return RouteName.recommendations }
        return nil
    }

    /// A call is slow when it takes more than the model stage's share of its route's budget.
    private func slowThreshold(_ model: String, _ config: GatewayConfig) -> UInt64 {
        if let configured = config.models[model]?.breaker.slowThresholdNanoseconds {
            return configured
        }
        let budget =
            config.routes.prices?.model == model
            ? config.routes.prices?.budgetNanoseconds
            : config.routes.recommendations?.budgetNanoseconds
        return (budget ?? Self.budgetWithoutRouteNanoseconds) * BudgetStage.model.sharePercent / 100
    }

    /// For a model no route uses: the default budget of prices.
    private static let budgetWithoutRouteNanoseconds: UInt64 = 50_000_000
}

extension MemorySettings {
    /// A route that is not configured remembers nothing.
    fileprivate init(_ routes: RoutesConfig) {
        self.init(
            lastKnownGoodCapacity: routes.prices?.lastKnownGood.capacity ?? 0,
            lastKnownGoodMaximumAgeNanoseconds:
                routes.prices?.lastKnownGood.maximumAgeNanoseconds ?? 0,
            cachedListCapacity: routes.recommendations?.cached.capacity ?? 0,
            cachedListMaximumAgeNanoseconds:
                routes.recommendations?.cached.maximumAgeNanoseconds ?? 0
        )
    }
}

/// The names of the routes in config, metrics and status.
enum RouteName {
    static let prices = "prices"
    static let recommendations = "recommendations"
}

extension HandlerKind {
    fileprivate init(_ kind: ModelConfig.Kind) {
        switch kind {
        case .price: self = .price
        case .recommend: self = .recommend
        }
    }
}

extension ServedModel.Kind {
    init(_ kind: ModelConfig.Kind) {
        switch kind {
        case .price: self = .price
        case .recommend: self = .recommend
        }
    }
}

extension UnitSource {
    fileprivate init(_ unit: SplitConfig.Unit) {
        switch unit {
        case .customerID: self = .customerID
        case .sessionID: self = .sessionID
        case .shop: self = .shop
        }
    }
}
