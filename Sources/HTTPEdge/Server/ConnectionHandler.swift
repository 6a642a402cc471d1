// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import NIOCore

/// One client connection: finds whole requests in its bytes, has them answered, writes the replies.
///
/// Replies keep the order of their requests: while a pooled handler has a call, the bytes behind it
/// wait. All replies of one read leave in one write.
///
/// Concurrency: confined to its event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Where the connection is in its current request.
    enum Phase: Equatable {
        case idle
        case head
        case body
        /// A pooled handler has the call.
        case pending(ticket: Int)
        /// The last reply is on its way; what still arrives is dropped.
        case closing
    }

    /// Position among the loop's connections.
    var index = 0
    /// Where the connection is in its current request.
    private(set) var phase = Phase.idle
    private(set) var phaseStart: NIODeadline
    let bodyReader: BodyReader

    private let loop: EdgeLoop
    private var context: ChannelHandlerContext?
    private var parser: HTTPRequestParser
    /// Bytes of the current request and of those behind it.
    private var received = ByteBuffer()
    /// Replies of this read, not written yet.
    private let output = ReplyOutput()
    private var headByteCount = 0
    private var arrivalNanoseconds: UInt64 = 0
    private var admission = RequestAdmission.admitted
    private var requestCount = 0
    /// Set while the client has more replies waiting than a channel takes.
    var replyProgress: ReplyProgress?
    private var isReading = true
    private var isWritable = true

    /// How much is read at a time.
    let readSize = ReadSize()
    /// Reads before a loop turns to its other connections: a head and the rest of a usual body, or
    /// some pipelined requests.
    static let readsPerTurn: UInt = 8

    /// Bytes kept of requests behind a pending one before reading stops: a read's worth and more.
    private static let waitingBytesMaximum = 64 * 1024

    init(loop: EdgeLoop) {
        self.loop = loop
        phaseStart = loop.coarseNow
        parser = HTTPRequestParser(limits: loop.settings.limits)
        bodyReader = BodyReader(limits: loop.settings.limits)
    }

    // MARK: Channel events

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        output.open(context)
        switch loop.add(self) {
        case .admitted: break
        case .refused: refuseConnection()
        case .dropped: context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .pending(let ticket) = phase { loop.stopWaiting(for: ticket) }
        enter(.closing)
        loop.remove(self)
        output.close()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        loop.beginTurnIfNeeded()
        guard phase != .closing else { return }
        var bytes = unwrapInboundIn(data)
        if received.readableBytes == 0 {
            received = bytes
        } else {
            received.writeBuffer(&bytes)
        }
        answerReceived()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard !output.isEmpty, !output.isFlushDue else { return }
        output.isFlushDue = true
        loop.flushLater(self)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        replyProgress =
            isWritable ? nil : ReplyProgress(at: loop.coarseNow, sentBytes: sentBytes)
        // Later, because the change may come from inside a write of ours.
        if isWritable { loop.continueLater(self) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The channel may have closed the socket already.
        output.close()
        context.close(promise: nil)
    }

    // MARK: Requests

    /// Answers the whole requests received, as far as the client takes the replies.
    private func answerReceived() {
        for _ in 0..<loop.settings.requestsPerTurnMaximum {
            guard isReady, received.readableBytes > 0, takeRequest() else {
                return adjustReading()
            }
        }
        loop.continueLater(self)
    }

    /// Goes on with pipelined requests once the loop has turned to its other connections.
    func continueAnswering() {
        loop.beginWorkIfNeeded()
        answerReceived()
        flush()
    }

    private var isReady: Bool {
        switch phase {
        case .idle, .head, .body: isWritable
        case .pending, .closing: false
        }
    }

    /// Answers one request; false when it is not whole yet.
    private func takeRequest() -> Bool {
        if phase == .idle {
            arrivalNanoseconds = loop.worker.earliestArrivalNanoseconds
            parser.reset()
            enter(.head)
        }
        do throws(HTTPProtocolError) {
            guard try readHead(), try readBody() else { return false }
        } catch {
            refuse(error.status, error.detail)
            return false
        }
        answer()
        return true
    }

    private func readHead() throws(HTTPProtocolError) -> Bool {
        guard phase == .head else { return true }
        let progress = try received.reading { bytes throws(HTTPProtocolError) in
            try parser.parseHead(bytes)
        }
        guard case .head(let byteCount) = progress else { return false }
        headByteCount = byteCount
        bodyReader.begin(parser.head.body)
        enter(.body)
        admission = loop.worker.admitsAnyone() ? .admitted : admitLoaded()
        if parser.head.expectsContinue, received.readableBytes == byteCount { askForBody() }
        return true
    }

    private func admitLoaded() -> RequestAdmission {
        received.withUnsafeReadableBytes { loop.worker.admit(request(in: $0, body: nil)) }
    }

    /// Lets a waiting client send its body; one that is shed keeps it and loses the connection.
    private func askForBody() {
        if admission == .shed { return bodyReader.begin(.none) }
        loop.encodeContinue(to: &output.buffer)
        flush()
    }

    private func readBody() throws(HTTPProtocolError) -> Bool {
        let isWhole = try received.reading { bytes throws(HTTPProtocolError) in
            try bodyReader.read(UnsafeRawBufferPointer(rebasing: bytes[headByteCount...]))
        }
        if !isWhole { readSize.expect(bodyReader.missingCount) }
        return isWhole
    }

    /// Reads little at a time again, and gives back the buffers that were larger: the channel lets go
    /// of what it may not keep.
    private func readLittle() {
        guard readSize.isLarge, let options = context?.channel.syncOptions else { return }
        readSize.reset()
        try? options.setOption(.maxMessagesPerRead, value: 1)
        try? options.setOption(.maxMessagesPerRead, value: Self.readsPerTurn)
    }

    private func answer() {
        requestCount += 1
        let disposition = received.withUnsafeReadableBytes { bytes in
            bodyReader.withBody(
                in: UnsafeRawBufferPointer(rebasing: bytes[headByteCount...])
            ) { body in
                let request = request(in: bytes, body: body)
                guard admission != .shed else { return loop.worker.refuseShed(request) }
                return loop.worker.handle(request)
            }
        }
        discard(headByteCount + bodyReader.consumed)
        switch disposition {
        case .answered:
            writeReply()
        case .pending(let ticket):
            enter(.pending(ticket: ticket))
            loop.wait(self, for: ticket)
        }
    }

    private func request(
        in bytes: UnsafeRawBufferPointer,
        body: UnsafeRawBufferPointer?
    ) -> GatewayRequest {
        var request = GatewayRequest(
            parser.head,
            in: bytes,
            body: body,
            arrivalNanoseconds: arrivalNanoseconds
        )
        request.needsUnit = admission == .needsUnit
        return request
    }

    private func discard(_ count: Int) {
        received.moveReaderIndex(forwardBy: count)
        if received.readableBytes == 0 {
            // Lets the channel use the read buffer again.
            received = ByteBuffer()
            readLittle()
        } else {
            received.discardReadBytes()
        }
    }

    // MARK: Replies

    /// The pooled handler's answer is in the worker's reply.
    func sendPendingReply() {
        writeReply()
        continueAnswering()
    }

    private func writeReply() {
        let closes =
            !parser.head.keepsAlive || loop.closesAfterReply
            || (admission == .shed && parser.head.expectsContinue)
            || requestCount >= loop.settings.requestsPerConnectionMaximum
        loop.encode(
            loop.worker.reply,
            ending: .init(
                omitsBody: parser.head.method == .head,
                closes: closes,
                announcesKeepAlive: !closes && parser.head.version == .http10
            ),
            to: &output.buffer
        )
        enter(closes ? .closing : .idle)
        if closes { closeWriting() }
    }

    /// Refuses what is not a request we answer; its end is unknown, so the connection closes.
    private func refuse(_ status: HTTPStatus, _ detail: StaticString) {
        loop.encodeRefusal(status, detail, to: &output.buffer)
        enter(.closing)
        closeWriting()
    }

    private func refuseConnection() {
        loop.encodeConnectionRefusal(to: &output.buffer)
        enter(.closing)
        closeWriting()
    }

    /// Sends the replies of this read.
    func flush() {
        guard let context else { return }
        output.flush(context, loop)
    }

    /// Bytes of replies that the system has taken.
    var sentBytes: Int { output.sentBytes(context) }

    /// Ends our side and drops what still arrives, so that the client can read the last reply.
    private func closeWriting() {
        flush()
        received = ByteBuffer()
        context?.close(mode: .output, promise: nil)
    }

    // MARK: Waiting

    private func enter(_ next: Phase) {
        phase = next
        phaseStart = loop.coarseNow
    }

    /// Stops reading while more waits than one connection may keep waiting.
    private func adjustReading() {
        let mayRead =
            isReady || phase == .closing || received.readableBytes < Self.waitingBytesMaximum
        guard mayRead != isReading, let context else { return }
        isReading = mayRead
        try? context.channel.syncOptions?.setOption(.autoRead, value: mayRead)
    }

    /// Answers a client that is too slow, if it is owed an answer, and closes.
    func closeOverdue() {
        guard replyProgress == nil else { return close() }
        switch phase {
        case .head, .body: refuse(.requestTimeout, "the request took too long to arrive")
        case .idle, .pending, .closing: close()
        }
    }

    func close() {
        context?.close(promise: nil)
    }
}
