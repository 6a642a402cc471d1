// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import GatewayFixtures
import HTTPEdge
import NIOCore
import PluginHost
import Traffic

/// The real workers, edges, breakers and splits of a run.
final class SimulatedGateway {
    /// What is published: everything a reply may depend on besides its request.
    struct Config: Equatable {
        var snapshot = 0
        /// In basis points, by version; for both models.
        var weights = [2_000, 3_000, 5_000]
        /// Versions whose calls wait in queues, by ordinal.
        var isQueued: [Bool]
    }

    /// The guard's band of every run.
    static let guardBand = StateFixture().guardBand
    /// What either route may take, in milliseconds.
    let budgetMilliseconds: UInt64
    private(set) var workers: [GatewayWorker] = []
    private var edges: [EmbeddedEdge] = []
    private(set) var loops: [SimulatedLoop] = []
    private(set) var pools: [SimulatedPool] = []
    private(set) var shadows: [SimulatedShadow] = []
    /// Worker processes by the ordinals of their versions.
    private(set) var processes: [Int: SimulatedWorker] = [:]
    private(set) var breakers: [CircuitBreaker] = []
    private(set) var config: Config
    /// What each worker has answered from, and since when; the last is in force.
    private(set) var history: [[(since: UInt64, config: Config)]]
    /// When each worker hears of the config published last.
    private var hearing: [UInt64]
    /// The catalog of the config published last.
    private(set) var catalog: MetricCatalog!
    private(set) var drained: [EventLoopFuture<Void>] = []
    /// Another process accepts; connections end with their next reply.
    private(set) var isHandedOver = false
    private let storage: MetricStorage
    private let overload: OverloadSettings
    private unowned let world: World

    /// How far another snapshot's prices are off.
    private static let priceError: Int64 = 137
    private static let kinds = [HandlerKind.price, .recommend]
    private static let versionCount = kinds.count * Stage.versionCount
    /// Cells for the series of two catalogs at a time.
    private static let metricCells = 8_192
    /// Bytes of the largest body: more than any cart of a run.
    private static let bodyBytesMaximum = 4_096

    /// A gateway that begins, with the config of another or one of chance.
    init(_ world: World, after predecessor: SimulatedGateway? = nil) throws {
        self.world = world
        let workerCount = predecessor?.workers.count ?? 1 + world.random.below(2)
        budgetMilliseconds =
            predecessor?.budgetMilliseconds ?? world.random.pick([10, 50, 60, 100])
        overload = predecessor?.overload ?? world.drawOverload()
        config =
            predecessor?.config
            ?? Config(isQueued: (0..<Self.versionCount).map { _ in world.random.below(3) > 0 })
        storage = MetricStorage(shardCount: workerCount, cellsPerShard: Self.metricCells)
        history = []
        hearing = Array(repeating: 0, count: workerCount)
        for ordinal in 0..<Self.versionCount { try addVersion(ordinal) }
        let state = try makeState(config)
        let settings = Self.edgeSettings(world)
        for index in 0..<workerCount {
            let worker = try makeWorker(state, index)
            workers.append(worker)
            history.append([(0, config)])
            loops.append(SimulatedLoop(world))
            edges.append(
                EmbeddedEdge(eventLoop: world.clock.loop, settings: settings, worker: worker)
            )
        }
    }

    /// Where a version's calls run, and what guards them.
    private func addVersion(_ ordinal: Int) throws {
        breakers.append(
            CircuitBreaker(settings: try Self.breakerSettings, seed: world.random.next())
        )
        let law =
            world.poolsHaveLaw
            ? PoolLaw(
                overload,
                parallelism: SimulatedPool.threadCount,
                clock: world.clock.gatewayClock
            ) : nil
        pools.append(
            SimulatedPool(world, .live, law: law) { [unowned self] in
                world.completed($0, $1, at: self)
            }
        )
        shadows.append(SimulatedShadow(world))
        guard world.fires(.handlerIsIsolated) else { return }
        config.isQueued[ordinal] = true
        processes[ordinal] = SimulatedWorker(world) { [unowned self] in
            world.completed($0, $1.rawValue, at: self)
        }
    }

    /// Waits short enough for a run to see a breaker open and close.
    private static var breakerSettings: BreakerSettings {
        get throws {
            try BreakerSettings(
                slowThresholdNanoseconds: 20_000_000,
                bucketNanoseconds: 100_000_000,
                openNanosecondsMin: 100_000_000,
                openNanosecondsMax: 400_000_000,
                forgivenessNanoseconds: 1_000_000_000,
                rampNanoseconds: 200_000_000
            )
        }
    }

    private static func edgeSettings(_ world: World) -> EdgeSettings {
        var settings = EdgeSettings()
        settings.headTimeout = .milliseconds(500)
        settings.bodyTimeout = .milliseconds(500)
        settings.idleTimeout = .milliseconds(world.drains ? 6_000 : 1_500)
        settings.requestsPerTurnMaximum = world.random.pick([1, 2, 16])
        settings.requestsPerConnectionMaximum = world.random.pick([2, 5, 100_000])
        return settings
    }

    private func makeWorker(_ state: ServingState, _ index: Int) throws -> GatewayWorker {
        let worker = try GatewayWorker(
            state: state,
            index: index,
            bodyBytesMaximum: Self.bodyBytesMaximum,
            metrics: storage.shards[index],
            clock: world.clock.gatewayClock,
            origin: world.random.next(),
            overload: overload
        )
        worker.onSlowHandler = { [unowned self] ordinal in queueSlowHandler(ordinal) }
        return worker
    }

    // MARK: Publishing

    private func makeState(_ config: Config) throws -> ServingState {
        var fixture = StateFixture()
        fixture.weights = config.weights
        fixture.budgetMilliseconds = budgetMilliseconds
        if world.bug == .guardIsOpen {
            fixture.guardBand = PriceGuard(
                floorBasisPoints: 0,
                ceilingBasisPoints: PriceGuard.basisPointsMax,
                changeBasisPointsMax: PriceGuard.basisPointsMax
            )!
        }
        if world.bug == .splitIsSalted { fixture.armSaltSuffix = "-other" }
        fixture.prices = versions(.price, config)
        fixture.recommendations = versions(.recommend, config)
        let state = try fixture.build(
            world.stage.snapshots[config.snapshot],
            storage,
            replacing: catalog
        )
        catalog = state.catalog
        return state
    }

    private func versions(_ kind: HandlerKind, _ config: Config) -> [VersionFixture] {
        (0..<Stage.versionCount).map { version in
            let ordinal = Self.ordinal(kind, version)
            let bound = world.stage.bound(kind, version: version, snapshot: config.snapshot)
            let placement: HandlerPlacement =
                config.isQueued[ordinal]
                ? .queued(queue(bound, ordinal)) : .inline(bound.binding)
            bound.handler.priceError = world.bug == .snapshotsAreMixed ? Self.priceError : 0
            bound.handler.decide = { [unowned world] in world.decideInline() }
            let fixture = VersionFixture("\(version + 1)", breaker: breakers[ordinal], placement)
            if world.faults.isEnabled(.requestsAreShadowed) {
                let shadow = world.stage.shadow(
                    kind,
                    version: version,
                    snapshot: config.snapshot
                )
                fixture.queuedShadow = shadows[ordinal].role(on: shadow)
            }
            return fixture
        }
    }

    private func queue(_ bound: Stage.Bound, _ ordinal: Int) -> any CallQueue {
        if let process = processes[ordinal] { return SimulatedWorkerQueue(bound, on: process) }
        return SimulatedQueue(bound, on: pools[ordinal])
    }

    private static func ordinal(_ kind: HandlerKind, _ version: Int) -> Int {
        (kind == .price ? 0 : Stage.versionCount) + version
    }

    /// Publishes a config: each worker hears of it in its own time.
    func publish(_ change: (inout Config) -> Void) {
        change(&config)
        guard let state = try? makeState(config) else {
            return world.checker.fail(.replyIsValid, "a state could not be built")
        }
        world.note("publishes", config.snapshot, config.weights[0])
        for index in workers.indices {
            let config = config
            // A loop hears of states in the order they were published.
            let delay = world.random.within(0...2_000_000)
            hearing[index] = max(hearing[index], world.clock.now + delay)
            world.clock.after(nanoseconds: hearing[index] - world.clock.now) { [self] in
                adopt(state, config, index)
            }
        }
    }

    private func adopt(_ state: ServingState, _ config: Config, _ index: Int) {
        do {
            try workers[index].adopt(state)
            history[index].append((world.clock.now, config))
            world.note("adopts", index, config.snapshot)
        } catch {
            world.checker.fail(.replyIsValid, "a state could not be adopted: \(error)")
        }
    }

    private func queueSlowHandler(_ ordinal: Int) {
        world.clock.after(nanoseconds: 1_000_000) { [self] in
            publish { $0.isQueued[ordinal] = true }
        }
    }

    // MARK: Connections

    func makeConnectionHandler(worker: Int) -> any ChannelHandler {
        edges[worker].makeConnectionHandler()
    }

    /// Does something on a worker's loop.
    func onLoop(_ index: Int, _ body: (GatewayWorker) -> Void) {
        guard edges.indices.contains(index) else { return }
        if world.bug == .completionsBeginTurns { workers[index].beginTurn() }
        edges[index].onLoop(body)
    }

    /// Begins to drain every edge.
    func drain(nanoseconds: UInt64) {
        guard drained.isEmpty else { return }
        world.note("drains")
        let deadline = NIODeadline.uptimeNanoseconds(world.clock.now + nanoseconds)
        let forgets = world.bug == .drainForgetsQuiet
        drained = edges.map {
            forgets ? $0.handOver(deadline: deadline) : $0.drain(deadline: deadline)
        }
        world.lookForQuietConnections(of: self)
    }

    /// Leaves new connections to another process.
    func handOver(nanoseconds: UInt64) {
        guard drained.isEmpty else { return }
        world.note("hands over")
        isHandedOver = true
        let deadline = NIODeadline.uptimeNanoseconds(world.clock.now + nanoseconds)
        drained = edges.map { $0.handOver(deadline: deadline) }
    }

    /// Whether connections are taken.
    var isAccepting: Bool { drained.isEmpty }

    /// Gives back every call that no handler would.
    func releaseHung() {
        for pool in pools + shadows.map(\.pool) { pool.releaseHung() }
    }

    /// Lets go of everything, so that nothing of the run is left.
    func tearDown() {
        workers.removeAll()
        edges.removeAll()
    }
}

extension SimulatedGateway {
    /// The configs a worker has answered from since a moment.
    func configs(of worker: Int, since: UInt64) -> [Config] {
        let history = history[worker]
        // Not at that moment: which came first is not told.
        let first = history.lastIndex { $0.since < since } ?? 0
        return history[first...].map(\.config)
    }
}
