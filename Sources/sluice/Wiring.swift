// SPDX-License-Identifier: Apache-2.0
import ControlPlane
import FeatureSnapshots
import GatewayConfig
import GatewayCore
import HTTPEdge
import Logging
import NIOCore
import NIOPosix
import PluginHost
import SocketActivation
import Synchronization

/// Connects the control plane's decisions to the event loops that serve.
final class Wiring: Sendable {
    let returns: PoolReturns
    /// Who moves slow handlers off the loops; set once, after the controller exists.
    let gateway = Mutex<GatewayService?>(nil)

    private let loopCount: Int
    private let storage: MetricStorage
    private let logger: Logger
    private let port: Int
    private let passed: PassedSockets
    private let connectionsMaximum: Int
    private let onServing: @Sendable () -> Void
    let controlPlaneIsListening: AsyncStream<Void>
    private let listening: AsyncStream<Void>.Continuation
    private let dataPlaneServing: AsyncStream<Void>
    private let serving: AsyncStream<Void>.Continuation
    private let ports = Mutex(Ports())

    private struct Ports {
        var data: Int?
        var control: Int?
        var isServing = false

        /// Both, once both are open and the first state serves.
        var whole: (data: Int, control: Int)? {
            guard isServing, let data, let control else { return nil }
            return (data, control)
        }
    }

    init(
        loopCount: Int,
        storage: MetricStorage,
        returns: PoolReturns,
        logger: Logger,
        port: Int,
        passed: PassedSockets,
        connectionsMaximum: Int,
        onServing: @escaping @Sendable () -> Void
    ) {
        self.loopCount = loopCount
        self.storage = storage
        self.returns = returns
        self.logger = logger
        self.port = port
        self.passed = passed
        self.connectionsMaximum = connectionsMaximum
        self.onServing = onServing
        (controlPlaneIsListening, listening) = AsyncStream.makeStream()
        (dataPlaneServing, serving) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        // Its port is the predecessor's: nobody else can have it, and nothing is to be answered on it
        // before this process serves.
        if passed.predecessor != nil { listening.yield() }
    }

    /// Starts the listeners with their first state.
    func startDataPlane(
        _ state: ServingState,
        _ config: GatewayConfig
    ) async throws -> any DataPlane {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loopCount)
        let server = try await DataPlaneServer.start(
            on: group,
            settings: .init(
                host: config.server.host,
                port: port,
                edge: edgeSettings(config.server.limits),
                sockets: passed.data,
                mayAccept: { [passed] in
                    try? await NIOSingletons.posixBlockingThreadPool.runIfActive {
                        passed.predecessor?.takeOver()
                    }
                }
            ),
            makeWorker: { [self] index in
                try makeWorker(state, index, config.server)
            },
            willListen: { loops in
                returns.connect { call, status in
                    let mark = CallMark(of: call)
                    loops.onLoop(mark.worker) { $0.poolEnded(mark.slot, call, status: status) }
                }
            }
        )
        announce { $0.data = server.port }
        return server
    }

    private func edgeSettings(_ limits: ServerLimits) -> EdgeSettings {
        var settings = EdgeSettings(limits)
        settings.connectionsPerLoopMaximum = max(1, connectionsMaximum / loopCount)
        return settings
    }

    /// Returns when the control plane may answer: at once, or when the process that takes over
    /// serves, so that no probe hears from one that is not ready.
    func controlPlaneMayAccept() async {
        guard passed.predecessor != nil else { return }
        for await _ in dataPlaneServing { return }
    }

    /// The data plane accepts, and the board says so.
    func dataPlaneServes() {
        serving.yield()
        announce { $0.isServing = true }
    }

    /// The control plane tells its port once it listens, which is the last step of a take-over.
    func controlPlaneListens(port: Int) {
        passed.predecessor?.serves()
        announce { $0.control = port }
        listening.yield()
    }

    private func makeWorker(
        _ state: ServingState,
        _ index: Int,
        _ config: ServerConfig
    ) throws -> GatewayWorker {
        let worker = try GatewayWorker(
            state: state,
            index: index,
            bodyBytesMaximum: config.limits.bodyBytes,
            metrics: storage.shards[index],
            clock: .system,
            origin: UInt64.random(in: .min ... .max),
            overload: .init(config.overload)
        )
        worker.onSlowHandler = { [self] ordinal in
            gateway.withLock { $0 }?.demote(ordinal: ordinal)
        }
        return worker
    }

    private func announce(_ change: (inout Ports) -> Void) {
        let ports = ports.withLock { ports in
            let before = ports.whole
            change(&ports)
            return before == nil ? ports.whole : nil
        }
        guard let (data, control) = ports else { return }
        logger.info(
            "listening",
            metadata: ["data_port": "\(data)", "control_port": "\(control)"]
        )
        onServing()
    }
}

extension DataPlaneServer: DataPlane {
    /// Hands a state to every event loop.
    package func adopt(_ state: ServingState) async throws {
        try await forEachWorker { try $0.adopt(state) }
    }

    /// Gathers what every event loop has kept.
    package func recordedRequests() async throws -> [RecordedRequest] {
        let requests = Mutex<[RecordedRequest]>([])
        try await forEachWorker { worker in
            let recorded = worker.recordedRequests()
            requests.withLock { $0 += recorded }
        }
        return requests.withLock { $0 }
    }

    /// Returns once every event loop has taken its turn.
    package func turn() async throws {
        try await forEachWorker { _ in }
    }

    /// Finishes what is at work, then closes what is left after the time-out.
    package func drain(timeoutNanoseconds: UInt64) async throws {
        try await drain(timeout: .nanoseconds(Int64(clamping: timeoutNanoseconds)))
    }

    /// Leaves new connections to another process, and finishes or cuts the others.
    package func handOver(timeoutNanoseconds: UInt64) async throws {
        try await handOver(timeout: .nanoseconds(Int64(clamping: timeoutNanoseconds)))
    }
}

extension EdgeSettings {
    fileprivate init(_ limits: ServerLimits) {
        self.init()
        self.limits.requestLineBytesMax = limits.requestLineBytes
        self.limits.fieldsBytesMax = limits.headerBytes
        self.limits.fieldCountMax = limits.headerCount
        self.limits.bodyBytesMax = limits.bodyBytes
        requestsPerConnectionMaximum = limits.requestsPerConnection
        requestsPerTurnMaximum = limits.pipelinedRequests
        headTimeout = .nanoseconds(Int64(clamping: limits.headerTimeoutNanoseconds))
        bodyTimeout = .nanoseconds(Int64(clamping: limits.bodyTimeoutNanoseconds))
        idleTimeout = .nanoseconds(Int64(clamping: limits.idleTimeoutNanoseconds))
        bodyBytesPerSecondMinimum = limits.minimumBodyBytesPerSecond
    }
}
