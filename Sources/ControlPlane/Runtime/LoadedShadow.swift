// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayConfig
import GatewayCore
import PluginHost

/// The shadow role of a loaded version: the model loaded a second time, on threads of its own.
///
/// A second instance, so that no live call ever waits for a shadow's and a shadow that hangs holds no
/// binding that a live version needs. Kept across snapshots, and across reloads that leave the version
/// and the shadow's threads alone.
final class LoadedShadow: Sendable {
    /// What the config says of it.
    let config: ShadowConfig
    /// What all loops share of it.
    let meter: ShadowMeter
    /// The version as a shadow: a model and threads of its own.
    let instance: LoadedVersion

    fileprivate init(_ config: ShadowConfig, _ meter: ShadowMeter, _ instance: LoadedVersion) {
        self.config = config
        self.meter = meter
        self.instance = instance
    }

    /// The role on a snapshot.
    func serve(
        as name: VersionName,
        _ bound: BoundVersion,
        _ catalog: MetricCatalog
    ) -> ServedShadow? {
        guard let series = catalog.shadow(model: name.model, version: name.version),
            let queue = bound.placement.queue
        else { return nil }
        return ServedShadow(
            model: name.model,
            version: name.version,
            settings: ShadowSettings(config),
            queue: queue,
            meter: meter,
            series: series
        )
    }

    /// Lets an old snapshot be closed.
    func dropReaders() { instance.pool?.dropReaders() }
}

/// A shadow role on its way: its model is loaded, and no thread or process of its own has been
/// started.
enum ShadowDraft: Sendable {
    case kept(LoadedShadow)
    indirect case new(ShadowConfig, VersionDraft)

    /// Loads the model a second time, unless `previous` runs it already.
    ///
    /// Loading thread only.
    ///
    /// - Throws: what loading a version throws.
    init(
        _ config: ShadowConfig,
        of name: VersionName,
        _ origin: LoadedVersion.Origin,
        _ breakerOrigin: LoadedVersion.BreakerOrigin,
        _ handler: HandlerSource,
        _ kind: HandlerKind,
        replacing previous: LoadedShadow?
    ) throws {
        if let previous, previous.config.runs(like: config) {
            self = .kept(LoadedShadow(config, previous.meter, previous.instance))
            return
        }
        self = .new(
            config,
            try VersionDraft(
                name,
                origin: origin.asShadow(config, handler),
                breakerOrigin: breakerOrigin,
                handler: handler,
                kind: kind,
                priority: .background,
                replacing: nil
            )
        )
    }

    /// Gives the role its threads or its process.
    func makeShadow(_ returns: PoolReturns, _ workers: WorkerHost) throws -> LoadedShadow {
        switch self {
        case .kept(let shadow): shadow
        case .new(let config, let draft):
            LoadedShadow(
                config,
                ShadowMeter(inFlightMaximum: config.inFlightMax),
                try draft.makeVersion(returns, workers)
            )
        }
    }
}

extension LoadedVersion.Origin {
    /// The same version off the event loops, with the shadow's own threads.
    fileprivate func asShadow(
        _ shadow: ShadowConfig,
        _ handler: HandlerSource
    ) -> LoadedVersion.Origin {
        LoadedVersion.Origin(
            config: config.offLoop(
                mayRunInline: handler.registration?.mayRunInline ?? false,
                threads: shadow.threads,
                queue: shadow.inFlightMax
            ),
            pluginDigest: pluginDigest,
            isDemoted: isDemoted,
            workerPaths: workerPaths
        )
    }
}

extension ShadowConfig {
    /// Whether a change of settings leaves threads and bounds as they are.
    fileprivate func runs(like other: ShadowConfig) -> Bool {
        threads == other.threads && inFlightMax == other.inFlightMax
    }
}

extension ShadowSettings {
    init(_ config: ShadowConfig) {
        self.init(
            sampleBasisPoints: config.sampleBasisPoints,
            budgetNanoseconds: config.budgetNanoseconds
        )
    }
}

extension StateAssembler {
    /// The shadows of a model, in the order of their versions.
    static func shadows(of name: String, in config: GatewayConfig) -> [MetricDimensions.Shadow] {
        guard let model = config.models[name] else { return [] }
        return model.shadows.keys.sorted(by: VersionName.isInOrder).map {
            .init(model: name, version: $0, kind: ServedModel.Kind(model.kind))
        }
    }
}
