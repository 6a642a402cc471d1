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
    let controlPlaneIsListening: AsyncStream<Void>
    private let listening: AsyncStream<Void>.Continuation
    private let ports = Mutex<(data: Int?, control: Int?)>((nil, nil))

    init(
        loopCount: Int,
        storage: MetricStorage,
        returns: PoolReturns,
        logger: Logger,
        port: Int
    ) {
        self.loopCount = loopCount
        self.storage = storage
        self.returns = returns
        self.logger = logger
        self.port = port
        (controlPlaneIsListening, listening) = AsyncStream.makeStream()
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
                edge: EdgeSettings(config.server.limits, loopCount: loopCount)
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

    /// The control plane tells its port once it listens.
    func controlPlaneListens(port: Int) {
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

    private func announce(_ change: (inout (data: Int?, control: Int?)) -> Void) {
        let (data, control) = ports.withLock { ports in
            change(&ports)
            return ports
        }
        guard let data, let control else { return }
        logger.info(
            "listening",
            metadata: ["data_port": "\(data)", "control_port": "\(control)"]
        )
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
}

extension EdgeSettings {
    fileprivate init(_ limits: ServerLimits, loopCount: Int) {
        self.init()
        self.limits.requestLineBytesMax = limits.requestLineBytes
        self.limits.fieldsBytesMax = limits.headerBytes
        self.limits.fieldCountMax = limits.headerCount
        self.limits.bodyBytesMax = limits.bodyBytes
        requestsPerConnectionMaximum = limits.requestsPerConnection
        requestsPerTurnMaximum = limits.pipelinedRequests
        connectionsPerLoopMaximum = max(1, limits.connections / loopCount)
        headTimeout = .nanoseconds(Int64(clamping: limits.headerTimeoutNanoseconds))
        bodyTimeout = .nanoseconds(Int64(clamping: limits.bodyTimeoutNanoseconds))
        idleTimeout = .nanoseconds(Int64(clamping: limits.idleTimeoutNanoseconds))
        bodyBytesPerSecondMinimum = limits.minimumBodyBytesPerSecond
    }
}
