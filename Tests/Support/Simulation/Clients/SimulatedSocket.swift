// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// The gateway's side of a socket: what it writes goes to the client, with a send buffer between.
final class SimulatedSocket: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    /// Bytes the client has not read beyond which the channel is not writable.
    static let highWaterMark = 2_048

    private unowned let client: SimulatedClient

    init(_ client: SimulatedClient) {
        self.client = client
    }

    func write(
        context: ChannelHandlerContext,
        data: NIOAny,
        promise: EventLoopPromise<Void>?
    ) {
        let buffer = unwrapOutboundIn(data)
        promise?.succeed()
        client.wrote(Array(buffer.readableBytesView))
    }

    func flush(context: ChannelHandlerContext) {}

    func close(
        context: ChannelHandlerContext,
        mode: CloseMode,
        promise: EventLoopPromise<Void>?
    ) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        promise?.succeed()
        client.sawEnd()
    }
}
