// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import NIOCore
import NIOPosix
import SocketActivation

extension DataPlaneServer {
    /// Bytes read at a time: a cart of some lines with its head; larger bodies take several reads.
    ///
    /// Each open connection keeps a buffer of this size, so this is most of what an idle one costs.
    private static let readBytes = 2 * 1024
    /// Reads before a loop turns to its other connections: one body of the usual limit.
    private static let readsPerTurnMaximum: UInt = 16
    /// How long a loop that is out of descriptors or memory accepts nothing: without the pause it
    /// would try again at once, for ever.
    private static let acceptPause = TimeAmount.milliseconds(100)

    /// Accepts connections of a socket on a loop.
    static func accept(
        from socket: ListeningSocket,
        on loop: NIOLoopBound<EdgeLoop>
    ) async throws -> any Channel {
        let listener = try await bootstrap(loop).withBoundSocket(socket.duplicate()).get()
        try socket.restoreBacklog()
        return listener
    }

    private static func bootstrap(_ loop: NIOLoopBound<EdgeLoop>) -> ServerBootstrap {
        ServerBootstrap(group: loop.eventLoop)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let worker = loop.value.worker
                    let pausing = AcceptBackoffHandler(shouldForwardIOErrorCaught: false) { _ in
                        worker.countFailedAccept()
                        return acceptPause
                    }
                    try channel.pipeline.syncOperations.addHandler(pausing)
                }
            }
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: readsPerTurnMaximum)
            .childChannelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: readBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ConnectionHandler(loop: loop.value)
                    )
                }
            }
    }
}

/// Which loop accepts from which socket.
enum ListenerPlan {
    /// Positions of sockets and loops such that every socket has a loop and every loop a socket.
    static func pairs(_ socketCount: Int, _ loopCount: Int) -> [(socket: Int, loop: Int)] {
        (0..<max(socketCount, loopCount)).map { ($0 % socketCount, $0 % loopCount) }
    }
}
