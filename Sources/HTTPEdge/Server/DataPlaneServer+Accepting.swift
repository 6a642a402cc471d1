// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import NIOCore
import NIOPosix
import SocketActivation

extension DataPlaneServer {
    /// How long a loop that is out of descriptors or memory accepts nothing: without the pause it
    /// would try again at once, for ever.
    private static let acceptPause = TimeAmount.milliseconds(100)

    /// Accepts from every socket, each on one loop, so that no two compete for a connection.
    ///
    /// With a socket for each loop a connection stays on the loop that accepted it; fewer sockets deal
    /// their connections out to all loops.
    static func accept(
        from sockets: [ListeningSocket],
        on loops: [NIOLoopBound<EdgeLoop>],
        of group: MultiThreadedEventLoopGroup
    ) async throws -> [any Channel] {
        var listeners: [any Channel] = []
        do {
            for (index, socket) in sockets.enumerated() {
                let loop = loops[index % loops.count]
                let children: any EventLoopGroup =
                    sockets.count < loops.count ? group : loop.eventLoop
                let bootstrap = bootstrap(accepting: loop, children, loops)
                listeners.append(try await bootstrap.withBoundSocket(socket.duplicate()).get())
                try socket.restoreBacklog()
            }
        } catch {
            for listener in listeners { try? await listener.close() }
            throw error
        }
        return listeners
    }

    private static func bootstrap(
        accepting loop: NIOLoopBound<EdgeLoop>,
        _ children: any EventLoopGroup,
        _ loops: [NIOLoopBound<EdgeLoop>]
    ) -> ServerBootstrap {
        ServerBootstrap(group: loop.eventLoop, childGroup: children)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let worker = loop.value.worker
                    try channel.pipeline.syncOperations.addHandler(
                        AcceptPause(acceptPause) { worker.countFailedAccept() }
                    )
                }
            }
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: ConnectionHandler.readsPerTurn)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let own = loops.first { $0.eventLoop === channel.eventLoop } ?? loop
                    let handler = ConnectionHandler(loop: own.value)
                    try channel.syncOptions?.setOption(.recvAllocator, value: handler.readSize)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
    }
}
