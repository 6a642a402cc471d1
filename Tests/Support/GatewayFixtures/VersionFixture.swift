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
    private let place: (ModelBinding?) -> HandlerPlacement?
    /// Nil for a version whose handler runs where the caller said.
    private let model: LoadedModel?
    private let description: ModelDescription
    /// Kept across snapshots.
    package let breaker: CircuitBreaker
    /// Where the handler runs; nil runs it inline.
    package let pool: HandlerPool?
    /// False while its kill switch is on.
    package var isEnabled = true
    /// Its shadow role; nil when it gets no copies.
    package var shadow: ShadowFixture?
    /// A shadow role whose calls run where the caller says; nil when it has none.
    package var queuedShadow: QueuedShadow?

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
        let model = try LoadedModel(
            handler: handler,
            model: "model",
            version: name,
            settingsJSON: Array(settings.utf8),
            artifactPath: ""
        )
        description = model.description
        self.model = model
        place = { $0.map { HandlerPlacement($0, pool: pool) } }
        breaker = CircuitBreaker(
            settings: try BreakerSettings(slowThresholdNanoseconds: 20_000_000),
            seed: 7
        )
    }

    /// A version whose handler runs where the caller says.
    package init(_ name: String, breaker: CircuitBreaker, _ placement: HandlerPlacement) {
        self.name = name
        self.breaker = breaker
        pool = nil
        description = .empty
        model = nil
        place = { _ in placement }
    }

    func serve(
        _ model: String,
        on route: String,
        ordinal: Int,
        _ snapshot: FeatureSnapshot,
        _ catalog: MetricCatalog
    ) throws -> ServedVersion {
        let binding = try self.model.map { try Self.bind($0, to: snapshot) }
        return ServedVersion(
            name: name,
            ordinal: ordinal,
            isEnabled: isEnabled,
            placement: place(binding)!,
            description: description,
            breaker: breaker,
            series: catalog.version(model: model, version: name)!,
            requestDuration: catalog.duration(route: route, model: model, version: name)!,
            shadow: role(binding).map { shadow in
                ServedShadow(
                    model: model,
                    version: name,
                    settings: shadow.settings,
                    queue: shadow.queue,
                    meter: shadow.meter,
                    series: catalog.shadow(model: model, version: name)!
                )
            }
        )
    }

    /// Whether the version gets copies of live requests.
    var hasShadow: Bool { shadow != nil || queuedShadow != nil }

    private func role(_ binding: ModelBinding?) -> QueuedShadow? {
        shadow.map {
            QueuedShadow(
                settings: $0.settings,
                queue: PooledBinding(binding!, on: $0.pool),
                meter: $0.meter
            )
        } ?? queuedShadow
    }

    private static func bind(
        _ model: LoadedModel,
        to snapshot: FeatureSnapshot
    ) throws -> ModelBinding {
        let reader = try snapshot.makeReader()
        return try withExtendedLifetime(reader) {
            try model.bind(
                snapshot.view,
                keepingAlive: snapshot,
                reader: Unmanaged.passUnretained(reader).toOpaque()
            )
        }
    }
}
