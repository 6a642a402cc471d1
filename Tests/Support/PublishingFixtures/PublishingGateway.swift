// SPDX-License-Identifier: Apache-2.0
import ControlPlane
import FeatureSnapshots
import Foundation
import GatewayConfig
import GatewayCore
import GatewayFixtures
import Logging
import PluginHost
import Synchronization
import TestSupport

/// A real controller with real plugins and snapshots, and a data plane without sockets.
package final class PublishingGateway: Sendable {
    /// What the controller writes on.
    package let board: GatewayBoard
    /// Where requests are counted.
    package let storage = MetricStorage(shardCount: 2)
    /// What is tried.
    package let controller: GatewayController
    /// Built, not published.
    package let snapshots: [Published]

    /// Of the store, the plugins and the config.
    package let folder: String
    private let plugins: [String]
    private let store: SnapshotStore
    private let plane: PlaneCell
    /// Keeps the snapshots on disk.
    private let files: StoreHolder

    /// The line of `CURRENT` that publishes a snapshot.
    package struct Published: Sendable {
        /// The snapshot's.
        package let id: String
        let current: Data
    }

    private final class PlaneCell: Sendable {
        let plane = Mutex<InProcessPlane?>(nil)
    }

    /// `StoreFixture` is only held here, never used again.
    private final class StoreHolder: @unchecked Sendable {  // see above
        let fixture: StoreFixture
        init(_ fixture: StoreFixture) { self.fixture = fixture }
    }

    /// Serves nothing yet; two snapshots are ready to be published.
    ///
    /// - Throws: what building and loading throws.
    package init(gate: PublicationGate? = nil) throws {
        let fixture = StoreFixture()
        files = StoreHolder(fixture)
        store = fixture.store
        let ids = try [0..<100 as Range<UInt32>, 100..<200].map { popular in
            try fixture.build(popular: popular).manifest.id
        }
        // Each is the one before the other, so that neither is swept.
        for id in [ids[0], ids[1], ids[0]] { try fixture.store.publish(id) }
        snapshots = try ids.map { id in
            try fixture.store.publish(id)
            let current = fixture.store.directory + "/CURRENT"
            return Published(
                id: id.text,
                current: try Data(contentsOf: URL(filePath: current))
            )
        }
        folder = fixture.store.directory
        plugins = try (0..<2).map { try Self.build($0, in: fixture.store.directory) }
        let path = folder + "/sluice.yaml"
        board = GatewayBoard(configPath: path)
        let text = try Self.text(plugins[0], folder, weight: 5_000)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let config = try Self.loaded(path)
        let (storage, plane, returns) = (storage, PlaneCell(), PoolReturns())
        self.plane = plane
        controller = try GatewayController(
            config: config,
            configPath: path,
            board: board,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            storage: storage,
            returns: returns,
            gate: gate,
            startDataPlane: { state, _ in
                let started = try InProcessPlane(state, storage)
                plane.plane.withLock { $0 = started }
                returns.connect { call, status in
                    Task { await started.ended(call, status) }
                }
                return started
            }
        )
    }

    /// Publishes one of the snapshots, and has it adopted.
    ///
    /// - Throws: what the controller throws.
    package func publish(_ index: Int) async throws {
        let path = folder + "/CURRENT"
        try snapshots[index].current.write(to: URL(filePath: path + ".test"))
        _ = rename(path + ".test", path)
        try await controller.adoptPublishedSnapshot()
    }

    /// Has a config read, with one of the plugin's builds, a weight of the second version and one of
    /// its settings.
    ///
    /// - Throws: when the file cannot be written.
    package func reload(build: Int, weight: Int, floor: Int = 0) async throws {
        let text = try Self.text(plugins[build], folder, weight: weight, floor: floor)
        try text.write(toFile: folder + "/sluice.yaml", atomically: true, encoding: .utf8)
        await controller.reload(environment: [:])
    }

    /// The status of a request's reply; nil when it comes later.
    package func ask(_ request: RequestFixture) async -> Int? {
        let plane = plane.plane.withLock { $0 }
        return await plane?.ask(request)
    }

    /// The plugin under a name of its own, with bytes of its own.
    private static func build(_ number: Int, in folder: String) throws -> String {
        let path = folder + "/libPricing\(number).so"
        var bytes = try Data(contentsOf: URL(filePath: BuiltPlugin.path("PricingPlugin")))
        bytes.append(contentsOf: Array("build \(number) of \(folder)".utf8))
        try bytes.write(to: URL(filePath: path))
        return path
    }

    private static func loaded(_ path: String) throws -> GatewayConfig {
        let result = GatewayConfig.load(path: path, environment: [:])
        guard let config = result.config else { throw WrongConfig(text: result.diagnosticText) }
        return config
    }

    private struct WrongConfig: Error { let text: String }

    private static func text(
        _ plugin: String,
        _ store: String,
        weight: Int,
        floor: Int = 0
    ) throws -> String {
        """
        snapshots: {directory: \(store), keep: 20}
        publishing: {retired_images: 1000}
        plugins: [{path: \(plugin), sha256: \(try PluginInspector.inspect(path: plugin).sha256)}]
        models:
          pricing:
            kind: price
            stable: "1"
            split: {salt: p, layer: l, weights: {"1": \(10_000 - weight), "2": \(weight)}}
            versions:
              "1": {plugin: pricing, handler: list-price}
              "2": {plugin: pricing, handler: quantity-break, execution: pooled, settings: {floor_percent: \(10 + floor)}}
        routes: {prices: {model: pricing, budget: 2s}}

        """
    }
}
