// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import Foundation
import GatewayConfig
import GatewayCore
import PluginHost
import SocketActivation
import Synchronization
import Traffic

/// What the gateway is doing, for whoever looks at it; written by the controller.
package final class GatewayBoard: GatewayObserving {
    /// What is written on the board.
    struct Content: Sendable {
        var loaded: LoadedConfig?
        var reload = GatewayStatus.Reload(successful: false, at: .now(), message: "not loaded yet")
        var state: ServingState?
        var adoptedAt = Timestamp.now()
        var retired: RetiredStates?
        var dataPlane: (any DataPlane)?
        var isDraining = false
        /// Attempts of another process to take over.
        var restart: GatewayStatus.Restart?
        /// Why the newest snapshot was not adopted.
        var snapshotFault: String?

        var config: GatewayConfig? { loaded?.config }
    }

    /// What is and was brought into force.
    let publishing = PublishLog()
    /// Loading threads that plugins hold on to.
    let stuckThreads = StuckThreads()

    private let configPath: String
    private let startedAt = Timestamp.now()
    private let startNanoseconds = MonotonicClock.nanoseconds
    private let loops: [LoopLoad]
    private let content = Mutex(Content())

    /// An empty board of a gateway with that config file.
    package init(configPath: String, loops: [LoopLoad] = []) {
        self.configPath = configPath
        self.loops = loops
    }

    func write(_ change: (inout Content) -> Void) {
        content.withLock { change(&$0) }
    }

    /// The data plane's sockets; empty while it does not listen.
    package var dataSockets: [ListeningSocket] { read().dataPlane?.sockets ?? [] }

    /// Has the data plane leave new connections to whoever accepts from its sockets next.
    package func stopAccepting() async { await read().dataPlane?.stopAccepting() }

    /// Has the data plane accept from its sockets again.
    package func resumeAccepting() async throws { try await read().dataPlane?.resumeAccepting() }

    private func read() -> Content {
        content.withLock { $0 }
    }

    // MARK: GatewayObserving

    /// Whether the gateway takes traffic, and what keeps it from it.
    package func readiness() -> Readiness {
        let content = read()
        var reasons: [String] = []
        // After a hand-over the port takes traffic as before: another process does.
        let isHandedOver = content.restart?.state == .handedOver
        if content.isDraining && !isHandedOver { reasons.append("the gateway is draining") }
        if content.dataPlane == nil {
            reasons.append(content.snapshotFault ?? "no snapshot is published")
        }
        return Readiness(reasons: reasons, notes: status().workerNotes)
    }

    /// Whether every event loop still turns.
    package func isLive() async -> Bool {
        guard let dataPlane = read().dataPlane else { return true }
        return (try? await dataPlane.turn()) != nil
    }

    /// All there is to scrape.
    package func metricFamilies() -> [MetricFamily] {
        let content = read()
        var plugins = PluginFamilies()
        let workers = content.loaded?.versions.values.compactMap(\.model.worker) ?? []
        let shelf = content.loaded?.shelf.all ?? []
        for series in shelf.flatMap({ $0.metrics.read() }) + workers.flatMap({ $0.metrics.read() })
        {
            switch series.reading {
            case .counter(let count): plugins.addCounter(series.name, count)
            case .histogram(let counts, let sum):
                plugins.addHistogram(
                    series.name,
                    HistogramValue(
                        edgesNanoseconds: PluginMetrics.bucketBoundsNanoseconds,
                        counts: counts,
                        sumNanoseconds: sum
                    )
                )
            }
        }
        return (content.state?.catalog.families() ?? []) + status().metricFamilies()
            + publishing.families + plugins.families
    }

    /// All there is to show.
    package func status() -> GatewayStatus {
        let content = read()
        return GatewayStatus(
            instance: .init(
                version: "\(GatewayVersion.text)",
                startedAt: startedAt,
                uptimeSeconds: Double(MonotonicClock.nanoseconds - startNanoseconds) / 1e9,
                pid: getpid()
            ),
            config: .init(
                file: configPath,
                fingerprint: content.config?.configFingerprint ?? "",
                lastReload: content.reload
            ),
            snapshot: snapshot(content),
            refusedSnapshot: content.snapshotFault,
            models: models(content),
            routes: routes(content),
            draining: content.isDraining,
            publishing: publishing(content),
            loops: loops.map(GatewayStatus.Loop.init),
            restart: content.restart
        )
    }

    // MARK: Parts of the status

    private func publishing(_ content: Content) -> GatewayStatus.Publishing {
        var status = publishing.status
        status.pluginImagesLoaded = content.loaded?.shelf.imageCount ?? 0
        status.pluginImagesRetired = content.loaded?.shelf.retiredImageCount ?? 0
        status.stuckLoadingThreads = stuckThreads.count
        status.strayCompletions = content.loaded?.shelf.strayCompletions ?? [:]
        status.drainingSnapshots =
            content.retired?.snapshots(besides: content.state?.snapshot) ?? []
        return status
    }

    private func snapshot(_ content: Content) -> GatewayStatus.Snapshot? {
        guard let snapshot = content.state?.snapshot else { return nil }
        let created =
            (try? Date(snapshot.manifest.created, strategy: .iso8601))
            ?? Date(timeIntervalSince1970: 0)
        return .init(
            id: snapshot.id,
            createdAt: Timestamp(
                unixMilliseconds: Int64(created.timeIntervalSince1970 * 1_000)
            ),
            adoptedAt: content.adoptedAt,
            ageSeconds: Date.now.timeIntervalSince(created),
            entities: snapshot.manifest.entities.map { .init(name: $0.name, rows: $0.rowCount) }
        )
    }

    private func models(_ content: Content) -> [GatewayStatus.Model] {
        guard let config = content.config else { return [] }
        return config.models.keys.sorted().compactMap { name in
            config.models[name].map { model in
                .init(
                    name: name,
                    kind: model.kind.rawValue,
                    stable: model.stable,
                    versions: model.versions.keys.sorted(by: VersionName.isInOrder).compactMap {
                        version(VersionName(model: name, version: $0), model, content)
                    },
                    shadows: content.shadows(of: name, model)
                )
            }
        }
    }

    private func version(
        _ name: VersionName,
        _ model: ModelConfig,
        _ content: Content
    ) -> GatewayStatus.Version? {
        guard let loaded = content.loaded?.versions[name] else { return nil }
        return .init(
            version: name.version,
            plugin: loaded.origin.config.plugin,
            handler: loaded.origin.config.handler,
            execution: loaded.execution,
            weightBasisPoints: model.split.weights[name.version] ?? 0,
            enabled: model.versions[name.version]?.isEnabled ?? true,
            breaker: .init(loaded.breaker.status(now: MonotonicClock.nanoseconds)),
            calls: content.state?.catalog.calls(model: name.model, version: name.version)
                ?? .init(),
            pool: loaded.pool.map { .init($0) },
            worker: loaded.model.worker.map { .init($0.status) }
        )
    }

    private func routes(_ content: Content) -> [GatewayStatus.Route] {
        let routes = content.config?.routes
        return [
            routes?.prices.map {
                .init(
                    name: RouteName.prices,
                    path: "/v1/prices",
                    model: $0.model,
                    budgetMilliseconds: Double($0.budgetNanoseconds) / 1e6
                )
            },
            routes?.recommendations.map {
                .init(
                    name: RouteName.recommendations,
                    path: "/v1/recommendations",
                    model: $0.model,
                    budgetMilliseconds: Double($0.budgetNanoseconds) / 1e6
                )
            },
        ].compactMap { $0 }
    }
}

extension GatewayStatus.Breaker {
    fileprivate init(_ status: BreakerStatus) {
        self.init(
            state: GatewayStatus.BreakerState(status.state),
            epoch: UInt32(status.epoch),
            calls: status.window.total,
            failures: status.window.failed,
            openUntil: status.remainingNanoseconds.map {
                Timestamp(
                    unixMilliseconds: Timestamp.now().unixMilliseconds + Int64($0 / 1_000_000)
                )
            }
        )
    }
}

extension GatewayStatus.BreakerState {
    /// A breaker that ramps or only measures lets calls through: it shows as closed.
    fileprivate init(_ state: BreakerState) {
        switch state {
        case .closed, .ramping, .metricsOnly: self = .closed
        case .open: self = .open
        case .halfOpen: self = .halfOpen
        case .forcedOpen: self = .forcedOpen
        case .forcedClosed: self = .forcedClosed
        }
    }
}
