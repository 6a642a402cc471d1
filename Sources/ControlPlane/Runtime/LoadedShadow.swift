// SPDX-License-Identifier: Apache-2.0
import GatewayConfig
import GatewayCore
import PluginHost

/// The shadow role of a loaded version: threads of its own, and what is shared of it by all loops.
///
/// Kept across snapshots, and across reloads that leave the version and its threads alone.
struct LoadedShadow: Sendable {
    let config: ShadowConfig
    let meter: ShadowMeter
    /// Nil for a version that cannot have a second pool: its calls go where the version's own go.
    private let pool: HandlerPool?

    /// The shadow role of a version; nil when it has none.
    ///
    /// - Throws: `GatewayFault` for a serial handler that takes live traffic as well: its calls run one
    ///   after the other, and a live call would wait for a shadow's.
    init?(
        of name: VersionName,
        in model: ModelConfig,
        _ handler: HandlerRegistration,
        _ returns: PoolReturns,
        replacing previous: LoadedShadow?
    ) throws {
        guard let config = model.shadows[name.version] else { return nil }
        self.config = config
        let isSerial = handler.threading == .serial
        if isSerial, model.split.weights[name.version] ?? 0 > 0 {
            throw GatewayFault(
                "\(name.model)/\(name.version)",
                "is serial and takes live traffic, so it cannot be a shadow as well"
            )
        }
        if let previous, previous.config.inFlightMax == config.inFlightMax,
            previous.config.threads == config.threads
        {
            (meter, pool) = (previous.meter, previous.pool)
        } else {
            meter = ShadowMeter(inFlightMaximum: config.inFlightMax)
            pool = isSerial ? nil : Self.makePool(name, config, returns)
        }
    }

    private static func makePool(
        _ name: VersionName,
        _ config: ShadowConfig,
        _ returns: PoolReturns
    ) -> HandlerPool {
        HandlerPool(
            name: "\(name.model)-\(name.version)~",
            threads: config.threads,
            queueCapacity: config.inFlightMax,
            priority: .background,
            readers: SnapshotServices.readers,
            completion: { returns.deliver($0, $1) }
        )
    }

    /// Lets an old snapshot be closed.
    func dropReaders() { pool?.dropReaders() }

    /// Where the calls run, bound to one snapshot; nil when there is no place off the event loops.
    func queue(_ binding: ModelBinding, _ own: HandlerPool?) -> (any CallQueue)? {
        (pool ?? own).map { PooledBinding(binding, on: $0) }
    }
}

extension LoadedVersion {
    /// The shadow role bound to a snapshot; nil when the version has none.
    func serveShadow(
        as name: VersionName,
        _ binding: ModelBinding,
        _ catalog: MetricCatalog
    ) -> ServedShadow? {
        guard let shadow, let queue = shadow.queue(binding, pool),
            let series = catalog.shadow(model: name.model, version: name.version)
        else { return nil }
        return ServedShadow(
            model: name.model,
            version: name.version,
            settings: ShadowSettings(shadow.config),
            queue: queue,
            meter: shadow.meter,
            series: series
        )
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
