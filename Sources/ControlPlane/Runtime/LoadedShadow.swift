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
    private let instance: LoadedVersion

    private init(_ config: ShadowConfig, _ meter: ShadowMeter, _ instance: LoadedVersion) {
        self.config = config
        self.meter = meter
        self.instance = instance
    }

    /// The shadow role of a version; nil when the config gives it none.
    ///
    /// - Throws: what loading a version throws.
    static func load(
        _ config: ShadowConfig?,
        of name: VersionName,
        _ origin: LoadedVersion.Origin,
        _ handler: HandlerRegistration,
        _ returns: PoolReturns,
        replacing previous: LoadedShadow?
    ) throws -> LoadedShadow? {
        guard let config else { return nil }
        if let previous, previous.config.runs(like: config) {
            return LoadedShadow(config, previous.meter, previous.instance)
        }
        let instance = try LoadedVersion(
            (name.model, name.version),
            origin: origin.asShadow(config, handler),
            handler: handler,
            returns: returns,
            priority: .background,
            replacing: nil
        )
        return LoadedShadow(config, ShadowMeter(inFlightMaximum: config.inFlightMax), instance)
    }

    /// Binds to a snapshot; nil while hung calls still hold two older ones.
    ///
    /// - Throws: what binding a version throws, but for that.
    func serve(
        as name: VersionName,
        _ snapshot: FeatureSnapshot,
        _ catalog: MetricCatalog
    ) throws -> ServedShadow? {
        guard let series = catalog.shadow(model: name.model, version: name.version),
            let binding = try bind(snapshot),
            let queue = HandlerPlacement(binding, pool: instance.pool).queue
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

    private func bind(_ snapshot: FeatureSnapshot) throws -> ModelBinding? {
        let reader = try snapshot.makeReader()
        do {
            return try withExtendedLifetime(reader) {
                try instance.model.bind(
                    snapshot.view,
                    keepingAlive: snapshot,
                    reader: Unmanaged.passUnretained(reader).toOpaque()
                )
            }
        } catch let error as PluginError where error.code == .illegalOrder {
            // Live requests get the new snapshot; the shadow joins them when its calls have ended.
            return nil
        }
    }

    /// Lets an old snapshot be closed.
    func dropReaders() { instance.pool?.dropReaders() }
}

extension LoadedVersion.Origin {
    /// The same version off the event loops, with the shadow's own threads.
    fileprivate func asShadow(
        _ shadow: ShadowConfig,
        _ handler: HandlerRegistration
    ) -> LoadedVersion.Origin {
        LoadedVersion.Origin(
            config: config.offLoop(
                mayRunInline: handler.mayRunInline,
                threads: shadow.threads,
                queue: shadow.inFlightMax
            ),
            breaker: breaker,
            pluginDigest: pluginDigest,
            slowThresholdNanoseconds: slowThresholdNanoseconds,
            isDemoted: isDemoted
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
