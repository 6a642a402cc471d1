// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// The way of one connection's replies to its client.
///
/// They go to the socket at once; what the kernel does not take is left to the channel, and what comes
/// behind that as well, so that the order stays.
///
/// Concurrency: confined to its event loop.
final class ReplyOutput {
    /// Replies that are not sent yet.
    var buffer = ByteBuffer()
    /// Whether the loop will flush the connection at the end of its turn.
    var isFlushDue = false
    private var socket = ReplySocket.none
    /// Writes the channel has taken and not finished.
    private var unsentWriteCount = 0
    /// Bytes handed to the socket or the channel.
    private var flushedBytes = 0

    /// Whether there is something to send.
    var isEmpty: Bool { buffer.readableBytes == 0 }

    /// Sends to the socket behind a channel from now on.
    func open(_ context: ChannelHandlerContext) { socket = ReplySocket(of: context) }

    /// The socket is closed, or may be.
    func close() { socket = .none }

    /// Sends what is to be sent; the channel keeps what the client does not take now.
    func flush(_ context: ChannelHandlerContext, _ loop: EdgeLoop) {
        isFlushDue = false
        guard !isEmpty else { return }
        if unsentWriteCount == 0 {
            let count = buffer.withUnsafeReadableBytes(socket.send)
            flushedBytes += count
            buffer.moveReaderIndex(forwardBy: count)
        }
        // Taken first: a write may tell at once that the channel is writable again.
        var replies = ByteBuffer()
        swap(&replies, &buffer)
        if replies.readableBytes > 0 {
            write(replies, through: context)
        } else {
            loop.takeBack(replies)
        }
        loop.repliesLeft()
    }

    private func write(_ replies: ByteBuffer, through context: ChannelHandlerContext) {
        flushedBytes += replies.readableBytes
        unsentWriteCount += 1
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in bound.value.unsentWriteCount -= 1 }
        context.writeAndFlush(NIOAny(replies), promise: written)
    }

    /// Bytes of replies that the system has taken.
    func sentBytes(_ context: ChannelHandlerContext?) -> Int {
        let waiting = try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)
        return flushedBytes - (waiting ?? 0)
    }
}
