// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Glibc
import NIOCore
import NIOPosix
import SocketActivation

/// The data plane's listeners: one socket for each event loop, all on one port (`SO_REUSEPORT`), or
/// the sockets this process was started with.
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
        /// Sockets to accept from instead of own ones.
        package var sockets: [ListeningSocket]
        /// Returns when it may accept; connections wait in the sockets' queues until then.
        package var mayAccept: @Sendable () async -> Void

        /// Makes settings from their parts.
        package init(
            host: String,
            port: Int,
            edge: EdgeSettings,
            sockets: [ListeningSocket] = [],
            mayAccept: @escaping @Sendable () async -> Void = {}
        ) {
            self.host = host
            self.port = port
            self.edge = edge
            self.sockets = sockets
            self.mayAccept = mayAccept
        }
    }

    /// Makes the worker of a loop, on that loop.
    package typealias MakeWorker = @Sendable (_ loopIndex: Int) throws -> GatewayWorker

    /// What is accepted from; open until the process ends, whoever accepts.
    package let sockets: [ListeningSocket]
    private let loops: [NIOLoopBound<EdgeLoop>]
    private let listeners: [any Channel]

    /// The port that was bound.
    package var port: Int { sockets.first?.port ?? 0 }

    private init(
        loops: EdgeLoops,
        sockets: [ListeningSocket],
        listeners: [any Channel]
    ) {
        self.loops = loops.all
        self.sockets = sockets
        self.listeners = listeners
    }

    /// Accepts on each loop of `group` and begins to serve.
    ///
    /// - Parameters:
    ///   - group: The loops.
    ///   - settings: Where to listen and how strict to be.
    ///   - makeWorker: Makes the worker of a loop, on that loop.
    ///   - willListen: Called with the loops before the first connection can come.
    /// - Returns: the serving data plane.
    /// - Throws: `SystemError` when the address cannot be bound; nothing listens then.
    package static func start(
        on group: MultiThreadedEventLoopGroup,
        settings: Settings,
        makeWorker: @escaping MakeWorker,
        willListen: (EdgeLoops) -> Void
    ) async throws -> DataPlaneServer {
        let loops = try await makeLoops(on: group, settings.edge, makeWorker)
        willListen(loops)
        let sockets =
            try settings.sockets.isEmpty
            ? openSockets(settings, count: loops.all.count) : settings.sockets
        await settings.mayAccept()
        let listeners = try await accept(from: sockets, on: loops.all, of: group)
        return DataPlaneServer(loops: loops, sockets: sockets, listeners: listeners)
    }

    private static func openSockets(
        _ settings: Settings,
        count: Int
    ) throws -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        for _ in 0..<count {
            sockets.append(
                try .open(
                    host: settings.host,
                    port: sockets.first?.port ?? settings.port,
                    isShared: true
                )
            )
        }
        return sockets
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

    /// Stops accepting, closes each connection after its current reply, and returns when none is
    /// left or `timeout` has passed; then closes the rest.
    package func drain(timeout: TimeAmount) async throws {
        await stopAccepting()
        try await endConnections(within: timeout) { $0.closeIdleConnections() }
    }

    /// Stops accepting and lets each connection have one more reply, its last; returns when none is
    /// left or `timeout` has passed, then closes the rest.
    ///
    /// Nothing is closed under a client that is about to ask: another process accepts its next
    /// connection.
    package func handOver(timeout: TimeAmount) async throws {
        await stopAccepting()
        try await endConnections(within: timeout) { _ in }
    }

    /// Leaves new connections in the sockets' queues, for whoever accepts from them next.
    package func stopAccepting() async {
        // One that has closed already says so with an error.
        for listener in listeners { try? await listener.close() }
    }

    private func endConnections(
        within timeout: TimeAmount,
        _ begin: @escaping @Sendable (EdgeLoop) -> Void
    ) async throws {
        let deadline = NIODeadline.now() + timeout
        let ended = loops.map { loop in
            loop.eventLoop.flatSubmit {
                loop.value.closesAfterReply = true
                begin(loop.value)
                return loop.value.whenEmpty(deadline: deadline)
            }
        }
        for loop in ended { try await loop.get() }
    }

    /// Tells clients to leave (`Connection: close` on every reply) while listeners still accept.
    package func announceDraining() async throws {
        for loop in loops {
            try await loop.eventLoop.submit { loop.value.announceDraining() }.get()
        }
    }
}
