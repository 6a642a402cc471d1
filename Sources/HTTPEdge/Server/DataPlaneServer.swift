// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Glibc
import NIOCore
import NIOPosix
import SocketActivation
import Synchronization

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
    private let group: MultiThreadedEventLoopGroup
    private let loops: [NIOLoopBound<EdgeLoop>]
    private let accepting: Mutex<Accepting>

    private struct Accepting {
        /// Empty while another process accepts.
        var listeners: [any Channel]
        /// The last connections are served: nothing is accepted any more.
        var isEnding = false
    }

    /// The port that was bound.
    package var port: Int { sockets.first?.port ?? 0 }

    private init(
        group: MultiThreadedEventLoopGroup,
        loops: EdgeLoops,
        sockets: [ListeningSocket],
        listeners: [any Channel]
    ) {
        self.group = group
        self.loops = loops.all
        self.sockets = sockets
        accepting = Mutex(Accepting(listeners: listeners))
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
        return DataPlaneServer(
            group: group,
            loops: loops,
            sockets: sockets,
            listeners: listeners
        )
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

    /// Stops accepting, closes each connection after its reply or once it has been quiet for a while,
    /// and returns when none is left or `timeout` has passed; then closes the rest.
    package func drain(timeout: TimeAmount) async throws {
        await endAccepting()
        try await endConnections(within: timeout) { $0.closeQuietConnections() }
    }

    /// Stops accepting and lets each connection have one more reply, its last; returns when none is
    /// left or `timeout` has passed, then closes the rest.
    ///
    /// Nothing is closed under a client that is about to ask: another process accepts its next
    /// connection.
    package func handOver(timeout: TimeAmount) async throws {
        await endAccepting()
        try await endConnections(within: timeout) { _ in }
    }

    /// Leaves new connections in the sockets' queues, for whoever accepts from them next.
    package func stopAccepting() async {
        let listeners = accepting.withLock { accepting in
            defer { accepting.listeners = [] }
            return accepting.listeners
        }
        for listener in listeners { try? await listener.setOption(.autoRead, value: false).get() }
        // What was accepted is on its way to its loop and back, and a listener that closes meanwhile
        // would close it.
        for _ in 0..<2 { for loop in loops { try? await loop.eventLoop.submit {}.get() } }
        // One that has closed already says so with an error.
        for listener in listeners { try? await listener.close() }
    }

    /// Accepts from the sockets again after `stopAccepting`, unless the end has begun meanwhile.
    package func resumeAccepting() async throws {
        let listeners = try await Self.accept(from: sockets, on: loops, of: group)
        let isEnding = accepting.withLock { accepting in
            accepting.listeners = listeners
            return accepting.isEnding
        }
        if isEnding { await stopAccepting() }
    }

    private func endAccepting() async {
        accepting.withLock { $0.isEnding = true }
        await stopAccepting()
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
