// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayConfig
import GatewayCore
import Logging
import PluginHost

/// Brings config and snapshots into force: builds the next state beside the serving one, and swaps.
///
/// Whatever fails on the way is said on the board and in the log, and changes nothing.
package actor GatewayController {
    /// Starts the data plane with its first state.
    package typealias StartDataPlane =
        @Sendable (_ state: ServingState, _ config: GatewayConfig) async throws -> any DataPlane

    private let configPath: String
    private let board: GatewayBoard
    private let logger: Logger
    private let assembler: StateAssembler
    private let services: PluginHostServices
    private let startDataPlane: StartDataPlane

    private var config: GatewayConfig
    private var shelf: PluginShelf
    private var versions: [VersionName: LoadedVersion]
    /// Versions whose handler was too slow for the event loop.
    private var demoted: Set<VersionName> = []
    private var state: ServingState?
    private var dataPlane: (any DataPlane)?
    private var token: CurrentToken?

    /// Loads the plugins and models of a config; nothing serves yet.
    ///
    /// - Throws: the first plugin, handler or model that is refused.
    package init(
        config: GatewayConfig,
        configPath: String,
        board: GatewayBoard,
        logger: Logger,
        storage: MetricStorage,
        returns: PoolReturns,
        startDataPlane: @escaping StartDataPlane
    ) throws {
        self.config = config
        self.configPath = configPath
        self.board = board
        self.logger = logger
        self.startDataPlane = startDataPlane
        services = SnapshotServices.hostServices(log: SnapshotServices.log(logger))
        assembler = StateAssembler(
            storage: storage,
            returns: returns,
            workers: WorkerHost(logger: logger)
        )
        shelf = try PluginShelf(config, services: services)
        versions = try assembler.load(config, shelf, demoted: [], replacing: [:])
        board.write { [config, versions, shelf] in
            $0.config = config
            $0.versions = versions
            $0.plugins = shelf.all
            $0.reload = .init(successful: true, at: .now(), message: nil)
        }
    }

    // MARK: Snapshots

    /// How long to wait between two looks at the store.
    package var pollIntervalNanoseconds: UInt64 { config.snapshots.pollIntervalNanoseconds }

    /// Adopts the published snapshot if another one was published since the last look.
    ///
    /// - Throws: only when the data plane cannot start.
    package func adoptPublishedSnapshot() async throws {
        let store = SnapshotStore(directory: config.snapshots.directory)
        guard let token = store.currentToken(), token != self.token else { return }
        self.token = token
        guard let next = adoptable(in: store) else { return }
        guard next.snapshot.id != state?.snapshot.id else {
            return board.write { $0.snapshotFault = nil }
        }
        if dataPlane == nil { dataPlane = try await startDataPlane(next, config) }
        do {
            try await serve(next)
            logger.info("snapshot adopted", metadata: ["snapshot": "\(next.snapshot.id)"])
            collectGarbage(store)
        } catch {
            refuseSnapshot(error)
        }
    }

    private func collectGarbage(_ store: SnapshotStore) {
        do {
            try store.collectGarbage(keep: config.snapshots.keep)
        } catch {
            logger.warning("old snapshots stay on disk", metadata: ["error": "\(error)"])
        }
    }

    /// The published snapshot with every model bound to it; nil when it is refused.
    private func adoptable(in store: SnapshotStore) -> ServingState? {
        do {
            let snapshot = try store.openCurrent()
            return try assembler.assemble(
                config,
                versions,
                snapshot: snapshot,
                replacing: state?.catalog
            )
        } catch {
            refuseSnapshot(error)
            return nil
        }
    }

    private func refuseSnapshot(_ error: any Error) {
        if (error as? PluginError)?.code == .illegalOrder {
            // Calls of the snapshot before the last still drain: look again.
            token = nil
            board.write { $0.snapshotFault = "waits for calls of an older snapshot to end" }
            return logger.debug("a published snapshot waits for calls of an older one to end")
        }
        board.write { $0.snapshotFault = "\(error)" }
        logger.error(
            "snapshot refused, the old one keeps serving",
            metadata: ["error": "\(error)"]
        )
    }

    private func serve(_ state: ServingState) async throws {
        try await dataPlane?.adopt(state)
        self.state = state
        for version in versions.values { version.pool?.dropReaders() }
        board.write { [dataPlane] in
            if $0.state?.snapshot.id != state.snapshot.id { $0.adoptedAt = .now() }
            $0.state = state
            $0.dataPlane = dataPlane
            $0.snapshotFault = nil
        }
    }

    // MARK: Config

    /// Reads the config file again; a file with mistakes changes nothing.
    package func reload(environment: [String: String]) async {
        let result = GatewayConfig.load(path: configPath, environment: environment)
        guard let next = result.config else {
            return refuseReload(result.diagnosticText)
        }
        do {
            try await apply(next)
        } catch {
            refuseReload("\(error)")
        }
    }

    private func apply(_ next: GatewayConfig) async throws {
        let comparison = ReloadComparison(from: config, to: next)
        let shelf = try PluginShelf(next, services: services)
        let versions = try assembler.load(next, shelf, demoted: demoted, replacing: versions)
        if let state {
            try await serve(
                assembler.assemble(
                    next,
                    versions,
                    snapshot: state.snapshot,
                    replacing: state.catalog
                )
            )
        }
        (config, self.shelf, self.versions) = (next, shelf, versions)
        let message = Self.message(comparison)
        board.write {
            $0.config = next
            $0.versions = versions
            $0.plugins = shelf.all
            $0.reload = .init(successful: true, at: .now(), message: message)
        }
        logger.info("config reloaded", metadata: ["changes": "\(message)"])
    }

    private func refuseReload(_ message: String) {
        board.write { $0.reload = .init(successful: false, at: .now(), message: message) }
        logger.error(
            "config refused, the old one stays in force",
            metadata: ["error": "\(message)"]
        )
    }

    private static func message(_ comparison: ReloadComparison) -> String {
        let applied = comparison.applied.joined(separator: ", ")
        let waiting = comparison.needsRestart.joined(separator: ", ")
        return "applied: \(applied.isEmpty ? "nothing" : applied)"
            + (waiting.isEmpty ? "" : "; after a restart: \(waiting)")
    }

    // MARK: Demotion

    /// Moves a version off the event loops because its handler took too long there.
    package func demote(ordinal: Int) async {
        let names = config.models.keys.sorted().flatMap { model in
            (config.models[model]?.versions.keys.sorted(by: VersionName.isInOrder) ?? [])
                .map { VersionName(model: model, version: $0) }
        }
        guard names.indices.contains(ordinal), demoted.insert(names[ordinal]).inserted else {
            return
        }
        let name = names[ordinal]
        logger.warning(
            "handler is too slow for the event loop and runs pooled from now on",
            metadata: ["model": "\(name.model)", "version": "\(name.version)"]
        )
        do {
            try await apply(config)
        } catch {
            logger.error("handler could not be moved to a pool", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Stopping

    /// Stops taking traffic, finishes what is at work, and returns.
    package func drain() async {
        board.write { $0.isDraining = true }
        guard let dataPlane else { return }
        let settings = config.server.drain
        logger.info("draining", metadata: ["linger_ns": "\(settings.lingerNanoseconds)"])
        do {
            try await dataPlane.announceDraining()
            try await Task.sleep(nanoseconds: settings.lingerNanoseconds)
            try await dataPlane.drain(timeoutNanoseconds: settings.timeoutNanoseconds)
        } catch {
            logger.error("draining ended early", metadata: ["error": "\(error)"])
        }
    }
}
