// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayConfig
import GatewayCore
import Logging
import PluginHost

/// Brings config and snapshots into force: builds the next state beside the serving one, proves it,
/// and swaps.
///
/// Whatever fails on the way is said on the board and in the log, and changes nothing. Publications
/// come one at a time (`GatewayService`); what takes long in them runs on a loading thread.
package actor GatewayController {
    /// Starts the data plane with its first state.
    package typealias StartDataPlane =
        @Sendable (_ state: ServingState, _ config: GatewayConfig) async throws -> any DataPlane

    let configPath: String
    let board: GatewayBoard
    let logger: Logger
    let assembler: StateAssembler
    let services: PluginHostServices
    let startDataPlane: StartDataPlane
    /// Told whenever a state has come into force.
    let onServing: @Sendable () -> Void
    let probe: CandidateProbe?
    let gate: PublicationGate?
    let retired = RetiredStates()

    /// The config in force.
    var loaded: LoadedConfig
    /// What serves; nil before the first snapshot.
    var served: ServedConfig?
    /// Versions whose handler was too slow for the event loop.
    var demoted: Set<VersionName> = []
    /// Recorded requests that a warm-up found too slow to ask again.
    var lateRequests: [RecordedRequest] = []
    var dataPlane: (any DataPlane)?
    var token: CurrentToken?

    /// Loads the plugins and models of a config; nothing serves yet.
    ///
    /// - Parameters:
    ///   - config: What to serve.
    ///   - configPath: Where it was read, and will be at a reload.
    ///   - board: Where to say what happens.
    ///   - logger: Where to log it.
    ///   - storage: Where requests are counted.
    ///   - returns: Brings calls back to their loops.
    ///   - probe: Tries a new config in a process of its own; nil loads it right away.
    ///   - gate: Has the last word on what serves next.
    ///   - startDataPlane: Opens the data port.
    ///   - onServing: Told whenever a state has come into force: from the first time on the gateway is
    ///     ready.
    /// - Throws: the first plugin, handler or model that is refused.
    package init(
        config: GatewayConfig,
        configPath: String,
        board: GatewayBoard,
        logger: Logger,
        storage: MetricStorage,
        returns: PoolReturns,
        probe: CandidateProbe? = nil,
        gate: PublicationGate? = nil,
        startDataPlane: @escaping StartDataPlane,
        onServing: @escaping @Sendable () -> Void = {}
    ) throws {
        self.configPath = configPath
        self.board = board
        self.logger = logger
        self.probe = probe
        self.gate = gate
        self.startDataPlane = startDataPlane
        self.onServing = onServing
        services = SnapshotServices.hostServices(log: SnapshotServices.log(logger))
        assembler = StateAssembler(
            storage: storage,
            returns: returns,
            workers: WorkerHost(logger: logger)
        )
        let shelf = try PluginShelf(config, services: services)
        let drafts = try assembler.load(config, shelf, demoted: [], replacing: [:])
        loaded = LoadedConfig(
            config: config,
            shelf: shelf,
            versions: try assembler.finish(drafts)
        )
        board.write { [loaded, retired] in
            $0.loaded = loaded
            $0.retired = retired
            $0.reload = .init(successful: true, at: .now(), message: nil)
        }
    }

    // MARK: Demotion

    /// Moves a version off the event loops because its handler took too long there.
    package func demote(ordinal: Int) async {
        let names = loaded.config.versionNames
        guard names.indices.contains(ordinal), demoted.insert(names[ordinal]).inserted else {
            return
        }
        let name = names[ordinal]
        logger.warning(
            "handler is too slow for the event loop and runs pooled from now on",
            metadata: ["model": "\(name.model)", "version": "\(name.version)"]
        )
        do {
            var publication = Publication(of: .config, board.publishing)
            try await apply(loaded.config, &publication)
        } catch {
            logger.error("handler could not be moved to a pool", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Stopping

    /// How long a process that takes over may take to become ready.
    package var restartTimeoutNanoseconds: UInt64 { loaded.config.server.restartTimeoutNanoseconds }

    /// Leaves new connections to the process that took over, finishes what is at work, and returns.
    func handOver() async {
        board.write { $0.isDraining = true }
        do {
            try await dataPlane?.handOver(
                timeoutNanoseconds: loaded.config.server.drain.timeoutNanoseconds
            )
        } catch {
            logger.error("draining ended early", metadata: ["error": "\(error)"])
        }
    }

    /// Stops taking traffic, finishes what is at work, and returns.
    package func drain() async {
        board.write { $0.isDraining = true }
        guard let dataPlane else { return }
        let settings = loaded.config.server.drain
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
