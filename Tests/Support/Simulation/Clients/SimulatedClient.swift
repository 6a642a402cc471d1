// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOEmbedded

/// One client and its connection: sends requests in pieces, reads replies, may leave at any time.
final class SimulatedClient {
    /// A request on its way, and when.
    struct Sent {
        let request: SimulatedRequest
        var firstByte: UInt64
        var lastByte: UInt64?
        /// Whether the loop has read all of it.
        var isRead = false
        /// What the process had stood still when the first byte came.
        let stalledBefore: UInt64
        /// How its loop met it; nil when it did not come whole and alone.
        var meeting: LoopMeeting?
    }

    /// Between pieces and between requests, in nanoseconds.
    private static let usualPause: ClosedRange<UInt64> = 0...3_000_000
    private static let slowPause: ClosedRange<UInt64> = 20_000_000...700_000_000
    /// Before another request, or none, on a connection that is kept.
    private static let longPause: ClosedRange<UInt64> = 100_000_000...1_800_000_000
    /// A slow reader's turn; much shorter than the edge's idle timeout.
    private static let readPause: ClosedRange<UInt64> = 1_000_000...60_000_000
    /// A kernel with a full buffer is asked again after this.
    private static let retryNanoseconds: UInt64 = 1_000_000

    let worker: Int
    /// Whose connection it is.
    let gateway: SimulatedGateway
    private unowned let world: World
    private(set) var channel: EmbeddedChannel!
    private var unsent: [SimulatedRequest]
    /// Pieces of requests that were begun, each with whether it ends its request.
    private var pieces: [(bytes: ArraySlice<UInt8>, request: SimulatedRequest, isLast: Bool)] = []
    private var awaiting: [Sent] = []
    /// Bytes the loop has not come to.
    private var arrived = ByteBuffer()
    private var received: [UInt8] = []
    private var unreadCount = 0
    private var isReadingSlowly = false
    private let pipelines: Bool
    /// Replies end here: the gateway has said that it closes.
    private var hasSeenEnd = false
    private(set) var hasLeft = false
    /// When this connection's last reply came, or it could be written to again.
    private var freeSince: UInt64 = 0
    /// Since when it has no request under way; nil while it has.
    private var wasQuietSince: UInt64?

    init(_ world: World, worker: Int, requests: [SimulatedRequest]) {
        self.world = world
        self.worker = worker
        gateway = world.gateway
        unsent = requests
        pipelines = world.fires(.clientPipelines)
        channel = EmbeddedChannel(
            handlers: [SimulatedSocket(self), gateway.makeConnectionHandler(worker: worker)],
            loop: world.clock.loop
        )
    }

    /// Connects and begins to send, or finds no listener.
    func start() {
        guard gateway.isAccepting else { return refuse() }
        wasQuietSince = world.clock.now
        channel.pipeline.connect(to: Self.address, promise: nil)
        if world.fires(.clientVanishes) {
            world.clock.after(nanoseconds: world.random.within(0...60_000_000)) { [self] in
                leave("vanishes")
            }
        }
        begin()
    }

    private func refuse() {
        hasLeft = true
        channel.close(promise: nil)
        if gateway.isHandedOver { world.connect(unsent, after: 0) }
    }

    private static let address = try! SocketAddress(ipAddress: "127.0.0.1", port: 1)  // a literal

    // MARK: Sending

    private func begin() {
        guard isOpen, !hasSeenEnd, !unsent.isEmpty, pieces.isEmpty else { return }
        wasQuietSince = nil
        let requests = pipelines ? unsent : [unsent[0]]
        unsent.removeFirst(requests.count)
        for request in requests { cut(request) }
        deliverLater()
    }

    private func cut(_ request: SimulatedRequest) {
        var rest = request.bytes[...]
        while rest.count > 1, world.fires(.bytesAreSplit) {
            let count = 1 + world.random.below(rest.count - 1)
            pieces.append((rest.prefix(count), request, false))
            rest = rest.dropFirst(count)
        }
        pieces.append((rest, request, true))
    }

    private func deliverLater() {
        let pause = world.fires(.clientSendsSlowly) ? Self.slowPause : Self.usualPause
        world.clock.after(nanoseconds: world.random.within(pause)) { [self] in
            world.clock.elsewhere { deliver() }
        }
    }

    private func deliver() {
        guard isOpen, !hasSeenEnd, !pieces.isEmpty else { return }
        repeat {
            let piece = pieces.removeFirst()
            arrived.writeBytes(piece.bytes)
            mark(piece.request, isLast: piece.isLast)
        } while !pieces.isEmpty && world.random.below(3) == 0
        world.note("delivers", awaiting.last?.request.number ?? 0, arrived.readableBytes)
        gateway.loops[worker].readable(self)
        if !pieces.isEmpty { deliverLater() }
    }

    /// The loop has come to the connection; whether there were bytes.
    func loopReads() -> Bool {
        guard isOpen, arrived.readableBytes > 0 else { return false }
        guard isRead else {
            world.clock.after(nanoseconds: Self.retryNanoseconds) { [self] in
                gateway.loops[worker].readable(self)
            }
            return false
        }
        for index in awaiting.indices { awaiting[index].isRead = awaiting[index].lastByte != nil }
        let buffer = arrived
        arrived = ByteBuffer()
        let isAlone =
            awaiting.count == 1 && buffer.readableBytes == awaiting[0].request.bytes.count
        _ = try? channel.writeInbound(buffer)
        if isAlone, !awaiting.isEmpty {
            awaiting[0].meeting = world.checker.meet(awaiting[0], self)
        }
        return true
    }

    private func mark(_ request: SimulatedRequest, isLast: Bool) {
        let now = world.clock.now
        if awaiting.last?.request.number != request.number {
            awaiting.append(
                Sent(
                    request: request,
                    firstByte: now,
                    lastByte: nil,
                    stalledBefore: world.clock.stalledBeforeNow
                )
            )
        }
        if isLast { awaiting[awaiting.count - 1].lastByte = now }
    }

    private var isOpen: Bool { channel.isActive }

    /// Whether the gateway reads from the connection.
    private var isRead: Bool {
        let option = channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }
        return option?.value as? Bool ?? true
    }

    // MARK: Receiving

    /// The gateway has written.
    func wrote(_ bytes: [UInt8]) {
        switch world.strikesReply() {
        case .replyIsLost: return
        case .replyIsDoubled: take(bytes + bytes)
        case .replyIsLate:
            return world.clock.after(nanoseconds: 100_000_000) { [self] in take(bytes) }
        default: take(bytes)
        }
        unreadCount += bytes.count
        readLater()
    }

    private func take(_ bytes: [UInt8]) {
        world.trace.mix(bytes, at: world.clock.now)
        received += bytes
        while let reply = SimulatedReply(received) {
            received.removeFirst(reply.byteCount)
            accept(reply)
        }
    }

    private func accept(_ reply: SimulatedReply) {
        let now = world.clock.now
        world.note("replies", awaiting.first?.request.number ?? -1, reply.status)
        guard !awaiting.isEmpty else {
            return world.checker.fail(.answeredExactlyOnce, "a reply without a request")
        }
        let sent = awaiting.removeFirst()
        world.checker.check(reply, to: sent, from: self, freeSince: freeSince)
        freeSince = now
        let isTold = !gateway.isHandedOver || world.bug != .lastReplyIsUntold
        if reply.closes, isTold { hasSeenEnd = true }
        if awaiting.isEmpty, pieces.isEmpty, !hasSeenEnd { goOn() }
    }

    private func goOn() {
        wasQuietSince = world.clock.now
        let dawdles = world.drains && world.fires(.clientSendsSlowly)
        let pause = world.random.within(dawdles ? Self.longPause : Self.usualPause)
        world.clock.after(nanoseconds: pause) { [self] in
            if !unsent.isEmpty { return world.clock.elsewhere { begin() } }
            // Some keep their connection.
            if !dawdles { leave("leaves") }
        }
    }

    /// Whether nothing came of the open connection since then.
    func isQuiet(since time: UInt64) -> Bool {
        isOpen && !hasLeft && awaiting.isEmpty && pieces.isEmpty && (wasQuietSince ?? .max) <= time
    }

    /// Reads what the gateway wrote, at once or after a while.
    private func readLater() {
        guard !isReadingSlowly else { return }
        guard world.fires(.clientReadsSlowly) else { return read() }
        isReadingSlowly = true
        setWritable(unreadCount < SimulatedSocket.highWaterMark)
        world.clock.after(nanoseconds: world.random.within(Self.readPause)) { [self] in
            isReadingSlowly = false
            read()
        }
    }

    private func read() {
        unreadCount = 0
        setWritable(true)
    }

    private func setWritable(_ isWritable: Bool) {
        guard isOpen, channel.isWritable != isWritable else { return }
        channel.isWritable = isWritable
        if isWritable { freeSince = world.clock.now }
        channel.pipeline.fireChannelWritabilityChanged()
    }

    // MARK: Leaving

    /// The gateway sends no more.
    func sawEnd() {
        if !hasSeenEnd { checkEnd() }
        hasSeenEnd = true
        world.clock.after(nanoseconds: world.random.within(Self.usualPause)) { [self] in
            guard !hasLeft else { return }
            leave("closes")
            comeAgain()
        }
    }

    private func leave(_ event: StaticString) {
        guard !hasLeft else { return }
        hasLeft = true
        world.note(event, worker, awaiting.count)
        if isOpen { channel.close(promise: nil) }
    }

    /// The gateway ends the connection without having said so.
    private func checkEnd() {
        world.checker.checkUnanswered(self)
        guard gateway.isHandedOver else { return }
        world.checker.fail(.handOverLosesNothing, "a connection is closed before its last reply")
    }

    /// Sends what another process has to answer now.
    private func comeAgain() {
        guard gateway.isHandedOver else { return }
        var rest = awaiting.map(\.request)
        for piece in pieces where rest.last?.number != piece.request.number {
            rest.append(piece.request)
        }
        world.connect(rest + unsent, after: 0)
    }

    /// Whether nothing more will come of the client.
    var isDone: Bool { hasLeft || !isOpen }

    /// The requests the gateway took in whole and has not answered, though it could have.
    var unanswered: [Sent] {
        hasLeft || hasSeenEnd ? [] : awaiting.filter(\.isRead)
    }

    /// Ends the connection for good; a channel that stays open holds the whole run.
    func tearDown() {
        channel.close(promise: nil)
    }
}
