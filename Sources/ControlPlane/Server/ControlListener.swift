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
    private let socket: ListeningSocket
    private let http: HTTP1Channel
    private let connectionsMax: Int
    private let logger: Logger
    private let listener = Mutex<(any Channel)?>(nil)

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
        let accepted = try await listen()
        listener.withLock { $0 = accepted.channel }
        onListening(socket.port)
        logger.info("the control port is open", metadata: ["control_port": "\(socket.port)"])
        try await withGracefulShutdownHandler {
            try await serve(accepted)
            // The listener closes early when another process takes over.
            try await gracefulShutdown()
        } onGracefulShutdown: { [self] in
            listener.withLock { $0 }?.close(promise: nil)
        }
    }

    /// Leaves new connections to the process that takes over.
    func stopAccepting() async {
        // One that has closed already says so with an error.
        try? await listener.withLock { $0 }?.close()
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
        return listener
    }

    private func serve(
        _ listener: NIOAsyncChannel<HTTP1Channel.Value, Never>
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { [self] in
                        await http.handle(value: connection, logger: logger)
                    }
                }
            }
            // Ends idle connections; one that is being answered gets its reply first.
            group.cancelAll()
        }
    }
}
