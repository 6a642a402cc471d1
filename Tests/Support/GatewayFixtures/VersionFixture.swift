// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayCore
import PluginHost
import TestSupport
import Traffic

/// A version of a model, loaded and not bound, as the control plane keeps it across snapshots.
package final class VersionFixture {
    /// Name in the config.
    package let name: String
    private let model: LoadedModel
    /// Kept across snapshots.
    package let breaker: CircuitBreaker
    /// Where the handler runs; nil runs it inline.
    package let pool: HandlerPool?
    /// Its shadow role; nil when it gets no copies.
    package var shadow: ShadowFixture?

    /// A version of a plugin this build made, run inline.
    ///
    /// - Throws: when the plugin is not there or refuses its settings.
    package static func built(
        _ name: String,
        _ product: String,
        _ handler: String,
        settings: String = "{}"
    ) throws -> VersionFixture {
        let plugin = try Plugin.load(
            path: BuiltPlugin.path(product),
            expecting: nil,
            host: SnapshotHost.services
        )
        return try VersionFixture(
            name,
            handler: plugin.handler(named: handler)!,
            settings: settings
        )
    }

    /// Loads a version of a model.
    ///
    /// - Throws: `PluginError` when the handler refuses its settings.
    package init(
        _ name: String,
        handler: HandlerRegistration,
        settings: String,
        pool: HandlerPool? = nil
    ) throws {
        self.name = name
        self.pool = pool
        model = try LoadedModel(
            handler: handler,
            model: "model",
            version: name,
            settingsJSON: Array(settings.utf8),
            artifactPath: ""
        )
        breaker = CircuitBreaker(
            settings: try BreakerSettings(slowThresholdNanoseconds: 20_000_000),
            seed: 7
        )
    }

    func serve(
        _ model: String,
        on route: String,
        ordinal: Int,
        _ snapshot: FeatureSnapshot,
        _ catalog: MetricCatalog
    ) throws -> ServedVersion {
        let reader = try snapshot.makeReader()
        let binding = try withExtendedLifetime(reader) {
            try self.model.bind(
                snapshot.view,
                keepingAlive: snapshot,
                reader: Unmanaged.passUnretained(reader).toOpaque()
            )
        }
        return ServedVersion(
            name: name,
            ordinal: ordinal,
            placement: HandlerPlacement(binding, pool: pool),
            description: self.model.description,
            breaker: breaker,
            series: catalog.version(model: model, version: name)!,
            requestDuration: catalog.duration(route: route, model: model, version: name)!,
            shadow: shadow.map { shadow in
                ServedShadow(
                    model: model,
                    version: name,
                    settings: shadow.settings,
                    queue: PooledBinding(binding, on: shadow.pool),
                    meter: shadow.meter,
                    series: catalog.shadow(model: model, version: name)!
                )
            }
        )
    }
}
