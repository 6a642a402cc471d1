// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import SocketActivation
import Synchronization

/// Accepts the control plane's connections from a socket that may outlive this process.
///
/// Hummingbird's own server opens its socket itself; everything beyond accepting is Hummingbird's.
final class ControlListener: Sendable {
    private struct State {
        var listener: (any Channel)?
        var isStopped = false
    }

    private let socket: ListeningSocket
    private let http: HTTP1Channel
    private let connectionsMax: Int
    private let logger: Logger
    private let state = Mutex(State())
    private let (resumptions, resumption) = AsyncStream.makeStream(
        of: Void.self,
        bufferingPolicy: .bufferingNewest(1)
    )

    init(
        socket: ListeningSocket,
        http: HTTP1Channel,
        connectionsMax: Int,
        logger: Logger
    ) {
        self.socket = socket
        self.http = http
        self.connectionsMax = connectionsMax
        self.logger = logger
    }

    /// Accepts and answers until the group shuts down; requests under way are finished.
    func run(onListening: (Int) -> Void) async throws {
        let first = try await listen()
        onListening(socket.port)
        logger.info("the control port is open", metadata: ["control_port": "\(socket.port)"])
        try await withGracefulShutdownHandler {
            try await withThrowingDiscardingTaskGroup { group in
                try await serve(first, &group)
                // The listener closes early for another process, and opens again when that fails.
                for await _ in resumptions { try await serve(listen(), &group) }
                // Ends idle connections; one that is being answered gets its reply first.
                group.cancelAll()
            }
        } onGracefulShutdown: { [self] in
            stop()
        }
    }

    /// Leaves new connections to the process that takes over.
    func stopAccepting() async {
        guard let listener = state.withLock({ $0.listener }) else { return }
        // One that has closed already says so with an error.
        try? await listener.setOption(.autoRead, value: false).get()
        // What was accepted is on its way to its loop and back, and a listener that closes meanwhile
        // would close it.
        let loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
        for loop in loops + loops { try? await loop.submit {}.get() }
        try? await listener.close()
    }

    /// Accepts again after `stopAccepting`.
    func resumeAccepting() { resumption.yield() }

    private func stop() {
        resumption.finish()
        let listener = state.withLock { state in
            state.isStopped = true
            return state.listener
        }
        listener?.close(promise: nil)
    }

    private func listen() async throws -> NIOAsyncChannel<HTTP1Channel.Value, Never> {
        let delegate = MaximumAvailableConnections(connectionsMax, logger: logger)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        AvailableConnectionsChannelHandler(delegate: delegate)
                    )
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
        let listener = try await bootstrap.bind(socket.duplicate()) { [http, logger] channel in
            http.setup(channel: channel, logger: logger)
        }
        try socket.restoreBacklog()
        let isStopped = state.withLock { state in
            state.listener = listener.channel
            return state.isStopped
        }
        if isStopped { listener.channel.close(promise: nil) }
        return listener
    }

    /// Returns when the listener has closed.
    private func serve(
        _ listener: NIOAsyncChannel<HTTP1Channel.Value, Never>,
        _ group: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws {
        try await listener.executeThenClose { connections in
            for try await connection in connections {
                group.addTask { [self] in await http.handle(value: connection, logger: logger) }
            }
        }
    }
}
