// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// One keep-alive connection to the target: a request at a time, its reply parsed and timed.
///
/// Concurrency: confined to its event loop.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Position among the loop's connections.
    var index = 0
    /// The request on its way; nil while the connection is idle.
    private(set) var exchange: Exchange?
    /// Requests answered on this connection.
    private(set) var answeredCount = 0

    private let loop: LoadLoop
    private var context: ChannelHandlerContext?
    private var parser = ReplyParser()
    /// The reply so far.
    private var received = ByteBuffer()
    private var isClosing = false

    init(loop: LoadLoop) { self.loop = loop }

    /// Whether a request can go out now.
    var isIdle: Bool { exchange == nil && !isClosing && context != nil }

    /// Sends a request; its times are taken by the caller and here.
    func send(_ exchange: Exchange, _ bytes: ByteBuffer) {
        self.exchange = exchange
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    /// Ends the connection; a request on its way has failed for `cause`.
    func abandon(_ cause: FailureCause) {
        isClosing = true
        fail(cause)
        context?.close(promise: nil)
    }

    /// Ends the connection; what is on its way is forgotten.
    func close() {
        isClosing = true
        exchange = nil
        context?.close(promise: nil)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        isClosing = true
        finishAtClose()
        loop.closed(self)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        var bytes = unwrapInboundIn(data)
        guard exchange != nil else { return abandon(.malformed) }
        if received.readableBytes == 0 {
            exchange?.timing.firstByte = loop.now()
            received = bytes
        } else {
            received.writeBuffer(&bytes)
        }
        readReply()
    }

    // MARK: Reply

    private func readReply() {
        do throws(ReplyError) {
            let progress = try received.parse(with: &parser)
            guard case .complete(let byteCount, let body) = progress else { return }
            finish(body: body, isLast: parser.head.closes || byteCount < received.readableBytes)
        } catch {
            abandon(.malformed)
        }
    }

    private func finish(body: Range<Int>, isLast: Bool) {
        guard var exchange else { return }
        exchange.timing.end = loop.now()
        self.exchange = nil
        answeredCount += 1
        received.withUnsafeReadableBytes { loop.replied(exchange, parser.head, in: $0, body: body) }
        parser.reset()
        // Lets the channel use the read buffer again.
        received = ByteBuffer()
        if isLast {
            isClosing = true
            context?.close(promise: nil)
        } else {
            loop.release(self)
        }
    }

    private func finishAtClose() {
        guard exchange != nil else { return }
        let end = parser.parseEnd(byteCount: received.readableBytes)
        if case .complete(_, let body) = end {
            finish(body: body, isLast: true)
        } else {
            fail(received.readableBytes > 0 ? .closedInReply : .closedBeforeReply)
        }
    }

    private func fail(_ cause: FailureCause) {
        guard let exchange else { return }
        self.exchange = nil
        loop.failed(exchange, cause)
    }
}

/// A request on its way.
struct Exchange {
    /// Position in the table of prepared requests.
    let request: Int
    /// Whether it counts: it was due after the warm-up.
    let isScored: Bool
    var timing: RequestTiming
}

extension ByteBuffer {
    fileprivate func parse(with parser: inout ReplyParser) throws(ReplyError)
        -> ReplyParser.Progress
    {
        try withUnsafeReadableBytes { bytes in
            Result { () throws(ReplyError) in try parser.parse(bytes) }
        }.get()
    }
}
