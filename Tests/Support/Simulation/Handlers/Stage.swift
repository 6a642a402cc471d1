// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Foundation
import GatewayFixtures
import PluginHost
import TestSupport

/// What all runs of one thread share: real snapshots, and scripted models bound to each.
///
/// Concurrency: one thread; the snapshots are the process's.
package final class Stage {
    /// Versions of each model.
    static let versionCount = 3
    /// Prices in percent of the list price, by version: the stable one is dearest.
    static let percents: [Int64] = [95, 90, 80]
    /// Products that may be recommended or priced.
    static let productCount = StoreFixture.productCount
    /// What the snapshots differ in: no price or row of one is right in another, though the band
    /// would let it pass.
    static let variants = [
        StoreFixture.Variant(),
        StoreFixture.Variant(priceOffset: 137, leadingRowCount: 1),
        StoreFixture.Variant(priceOffset: 271, leadingRowCount: 2),
    ]

    /// Fixed, for a snapshot's name tells when it was built.
    private static let created = Date(timeIntervalSince1970: 1_700_000_000)

    /// One model version bound to one snapshot.
    struct Bound {
        let handler: ScriptedHandler
        let binding: ModelBinding
        let reader: SnapshotReader
    }

    /// The process's snapshots: LMDB files are opened once.
    static let snapshots = Result {
        let store = StoreFixture()
        return try variants.map { try store.build(variant: $0, created: created) }
    }
    static let plugin = Result { try ScriptedPlugin.register(host: SnapshotHost.services) }

    let snapshots: [FeatureSnapshot]
    private let live: [HandlerKind: [[Bound]]]
    /// Shadows are instances of their own.
    private let shadows: [HandlerKind: [[Bound]]]

    /// Binds every version to every snapshot.
    ///
    /// - Throws: when a snapshot cannot be built or a version not be bound.
    package init() throws {
        let snapshots = try Self.snapshots.get()
        self.snapshots = snapshots
        live = try Self.bindAll(snapshots)
        shadows = try Self.bindAll(snapshots)
    }

    /// Every version of both models on every snapshot.
    private static func bindAll(
        _ snapshots: [FeatureSnapshot]
    ) throws -> [HandlerKind: [[Bound]]] {
        var bound: [HandlerKind: [[Bound]]] = [:]
        for (kind, name) in [(HandlerKind.price, "price"), (.recommend, "recommend")] {
            bound[kind] = try (0..<Self.versionCount).map { version in
                try snapshots.indices.map { snapshot in
                    let handler = ScriptedHandler(
                        version: version,
                        percent: percents[version],
                        variant: variants[snapshot]
                    )
                    return try bind(handler, as: name, to: snapshots[snapshot])
                }
            }
        }
        return bound
    }

    /// A version of a model on a snapshot.
    func bound(_ kind: HandlerKind, version: Int, snapshot: Int) -> Bound {
        live[kind]![version][snapshot]
    }

    /// Its shadow.
    func shadow(_ kind: HandlerKind, version: Int, snapshot: Int) -> Bound {
        shadows[kind]![version][snapshot]
    }

    private static func bind(
        _ handler: ScriptedHandler,
        as name: String,
        to snapshot: FeatureSnapshot
    ) throws -> Bound {
        let registration = try plugin.get().handlers.first { $0.name == name }!
        let address = UInt(bitPattern: Unmanaged.passUnretained(handler).toOpaque())
        let model = try LoadedModel(
            handler: registration,
            model: name,
            version: "\(handler.version + 1)",
            settingsJSON: Array("\(address)".utf8),
            artifactPath: ""
        )
        let binding = try model.bind(snapshot.view, keepingAlive: snapshot)
        return Bound(handler: handler, binding: binding, reader: try snapshot.makeReader())
    }
}
