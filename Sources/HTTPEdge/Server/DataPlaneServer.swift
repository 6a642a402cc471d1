// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Glibc
import NIOCore
import NIOPosix

/// The data plane's listeners: one socket for each event loop, all on one port (`SO_REUSEPORT`).
///
/// A connection lives on the loop that accepted it and is served by that loop's own worker, so no
/// request crosses a thread unless its handler is pooled.
package final class DataPlaneServer: Sendable {
    /// Where to listen and how strict to be.
    package struct Settings: Sendable {
        /// An address of this machine.
        package var host: String
        /// 0 lets the system choose.
        package var port: Int
        /// What one connection may cost.
        package var edge: EdgeSettings

        /// Makes settings from their parts.
        package init(host: String, port: Int, edge: EdgeSettings) {
            self.host = host
            self.port = port
            self.edge = edge
        }
    }

    /// Makes the worker of a loop, on that loop.
    package typealias MakeWorker = @Sendable (_ loopIndex: Int) throws -> GatewayWorker

    /// Connections the kernel may hold before they are accepted: a burst of one round trip.
    private static let backlog: Int32 = 1024
    /// Bytes read at a time: a cart of some lines with its head; larger bodies take several reads.
    private static let readBytes = 16 * 1024

    /// NIO has no name for it.
    private static let reusePort = NIOBSDSocket.Option(rawValue: SO_REUSEPORT)

    private let loops: [NIOLoopBound<EdgeLoop>]
    private let listeners: [any Channel]

    /// The port that was bound.
    package var port: Int { listeners.first?.localAddress?.port ?? 0 }

    private init(loops: EdgeLoops, listeners: [any Channel]) {
        self.loops = loops.all
        self.listeners = listeners
    }

    /// Binds one listener on each loop of `group` and begins to serve.
    ///
    /// - Parameters:
    ///   - group: The loops.
    ///   - settings: Where to listen and how strict to be.
    ///   - makeWorker: Makes the worker of a loop, on that loop.
    ///   - willListen: Called with the loops before the first connection can come.
    /// - Returns: the serving data plane.
    /// - Throws: `IOError` when the address cannot be bound; nothing listens then.
    package static func start(
        on group: MultiThreadedEventLoopGroup,
        settings: Settings,
        makeWorker: @escaping MakeWorker,
        willListen: (EdgeLoops) -> Void
    ) async throws -> DataPlaneServer {
        let loops = try await makeLoops(on: group, settings.edge, makeWorker)
        willListen(loops)
        var listeners: [any Channel] = []
        do {
            for loop in loops.all {
                let port = listeners.first?.localAddress?.port ?? settings.port
                listeners.append(try await bind(host: settings.host, port: port, loop: loop))
            }
        } catch {
            for listener in listeners { try? await listener.close() }
            throw error
        }
        return DataPlaneServer(loops: loops, listeners: listeners)
    }

    private static func makeLoops(
        on group: MultiThreadedEventLoopGroup,
        _ settings: EdgeSettings,
        _ makeWorker: @escaping MakeWorker
    ) async throws -> EdgeLoops {
        var loops: [NIOLoopBound<EdgeLoop>] = []
        for (index, eventLoop) in group.makeIterator().enumerated() {
            let loop = try await eventLoop.submit {
                let worker = try makeWorker(index)
                let loop = EdgeLoop(eventLoop: eventLoop, settings: settings, worker: worker)
                return NIOLoopBound(loop, eventLoop: eventLoop)
            }.get()
            loops.append(loop)
        }
        return EdgeLoops(all: loops)
    }

    /// Runs `body` with every worker, each on its own loop, and returns when all have run.
    ///
    /// - Throws: the first error of `body`; the other workers have then had their turn or not.
    package func forEachWorker(
        _ body: @escaping @Sendable (GatewayWorker) throws -> Void
    ) async throws {
        for loop in loops {
            try await loop.eventLoop.submit { try body(loop.value.worker) }.get()
        }
    }

    /// Closes the listeners, closes each connection after its current reply, and returns when none is
    /// left or `timeout` has passed; then closes the rest.
    package func drain(timeout: TimeAmount) async throws {
        for listener in listeners { try await listener.close() }
        let deadline = NIODeadline.now() + timeout
        let drained = loops.map { loop in
            loop.eventLoop.flatSubmit { loop.value.drain(deadline: deadline) }
        }
        for loop in drained { try await loop.get() }
    }

    /// Tells clients to leave (`Connection: close` on every reply) while listeners still accept.
    package func announceDraining() async throws {
        for loop in loops {
            try await loop.eventLoop.submit { loop.value.closesAfterReply = true }.get()
        }
    }

    private static func bind(
        host: String,
        port: Int,
        loop: NIOLoopBound<EdgeLoop>
    ) async throws -> any Channel {
        try await ServerBootstrap(group: loop.eventLoop)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(reusePort), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
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
            .bind(host: host, port: port).get()
    }
}
