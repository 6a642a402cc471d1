// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// A server on a thread of its own, that does what it is told with each request without a body.
final class StubServer: Sendable {
    enum Behaviour: Sendable {
        /// Sends these bytes.
        case reply(String)
        /// Sends these bytes and resets the connection.
        case reset(String)
        /// Sends a good reply, so many a second.
        case limited(perSecond: Int)
        /// Never answers.
        case silence
    }

    static let good = json(#"{"ok":true}"#)

    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let channel: any Channel
    private let accepted = AcceptedCount()

    /// Connections accepted so far.
    var connectionCount: Int { accepted.count.load(ordering: .relaxed) }

    var port: Int { channel.localAddress?.port ?? 0 }

    init(_ behaviour: Behaviour) async throws {
        let loop = group.next()
        let queue = try await loop.submit { NIOLoopBound(ReplyQueue(), eventLoop: loop) }.get()
        channel = try await ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 256)
            .childChannelInitializer { [accepted] channel in
                accepted.count.add(1, ordering: .relaxed)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        StubHandler(behaviour, queue.value)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    func stop() async throws {
        try await group.shutdownGracefully()
    }

    static func json(_ body: String, status: String = "200 OK", fields: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\n\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
}

private final class AcceptedCount: Sendable {
    let count = Atomic(0)
}

/// What the connections of a server share.
private final class ReplyQueue {
    /// When a limited server's next reply may go out.
    var next = NIODeadline.now()
}

private final class StubHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let behaviour: StubServer.Behaviour
    private let queue: ReplyQueue

    init(_ behaviour: StubServer.Behaviour, _ queue: ReplyQueue) {
        self.behaviour = behaviour
        self.queue = queue
    }

    /// The load tester sends a request at a time, each in one write.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch behaviour {
        case .reply(let text): write(text, context)
        case .reset(let text):
            write(text, context)
            _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(
                linger(l_onoff: 1, l_linger: 0)
            )
            context.close(promise: nil)
        case .limited(let perSecond):
            queue.next = max(queue.next, .now()) + .nanoseconds(1_000_000_000 / Int64(perSecond))
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(deadline: queue.next) {
                bound.value.0.write(StubServer.good, bound.value.1)
            }
        case .silence: break
        }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
