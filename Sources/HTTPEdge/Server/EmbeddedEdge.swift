// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import NIOCore

/// The edge of one event loop without listeners: channels come from the caller.
///
/// A simulation serves its embedded channels through the code that serves sockets, on its own time.
///
/// Concurrency: confined to its event loop.
package final class EmbeddedEdge {
    private let loop: EdgeLoop

    /// An edge that answers with `worker`.
    package init(eventLoop: any EventLoop, settings: EdgeSettings, worker: GatewayWorker) {
        loop = EdgeLoop(eventLoop: eventLoop, settings: settings, worker: worker)
    }

    deinit { loop.dismantle() }

    /// What serves one connection; to be added to its pipeline before it is active.
    package func makeConnectionHandler() -> any ChannelHandler {
        ConnectionHandler(loop: loop)
    }

    /// Does something with the worker on its loop, as `EdgeLoops.onLoop` does.
    package func onLoop(_ body: (GatewayWorker) -> Void) { loop.work(body) }

    /// Closes quiet connections soon, busy ones after their reply, and the rest at `deadline`.
    ///
    /// - Returns: when no connection is left.
    package func drain(deadline: NIODeadline) -> EventLoopFuture<Void> {
        loop.announceDraining()
        loop.closeQuietConnections()
        return loop.whenEmpty(deadline: deadline)
    }

    /// Lets each connection have one more reply, its last, and closes the rest at `deadline`.
    ///
    /// - Returns: when no connection is left.
    package func handOver(deadline: NIODeadline) -> EventLoopFuture<Void> {
        loop.closesAfterReply = true
        return loop.whenEmpty(deadline: deadline)
    }
}
