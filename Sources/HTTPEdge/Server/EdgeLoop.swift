// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import NIOCore

/// One event loop of the data plane: its worker, its connections and its timers.
///
/// Concurrency: confined to its event loop.
final class EdgeLoop {
    /// How often slow clients are looked for and the worker's housekeeping runs.
    private static let tickInterval = TimeAmount.milliseconds(100)
    /// Connections whose replies wait for each other: at some 10 µs a request, none waits longer than
    /// a fraction of a millisecond.
    private static let unflushedMaximum = 32

    /// A task that is due at once runs before the loop looks at its sockets; one this late runs after.
    static let otherConnectionsTurn = TimeAmount.microseconds(20)
    /// How long a connection asks for nothing before a loop that stops closes it: what a client sent
    /// before it could hear of that has arrived by then.
    private static let quietTimeMaximum = TimeAmount.seconds(1)
    /// Connections beyond the limit that are told so at one time; more are closed without a word.
    private static let refusalsMaximum = 256

    /// The largest buffer kept: the replies of one turn of pipelined small requests.
    private static let spareBytesMaximum = 64 << 10
    /// Time-outs free places within a second or two.
    private static let retryAfterSeconds = 2

    /// What becomes of a new connection.
    enum Admission {
        case admitted
        /// It gets a reply that says so, and then no other.
        case refused
        case dropped
    }

    let eventLoop: any EventLoop
    private(set) var settings: EdgeSettings
    let worker: GatewayWorker
    /// Now, as of the last tick: what timeouts are measured with, without a clock read each.
    private(set) var coarseNow: NIODeadline
    /// Set when draining: every reply is the last of its connection.
    var closesAfterReply = false

    private var encoder = HTTPResponseEncoder(capacity: 8192)
    /// Buffers for replies that lie with no connection, as most of them are idle.
    private var spareOutputs: [ByteBuffer] = []
    private var problem = JSONWriter(capacity: 512)
    private var unixSeconds: Int64
    /// Connections with replies to send at the end of this turn.
    private var unflushed: [ConnectionHandler] = []
    private(set) var connections: [ConnectionHandler] = []
    var sweep = ConnectionSweep()
    /// Connections that are out of time and not closed yet.
    var overdue: [ConnectionHandler] = []
    /// The connection that waits for each pending ticket.
    private var waiting: [ConnectionHandler?] = []
    /// Whether the loop is between its first request since it looked at its sockets and the last.
    private(set) var isInTurn = false
    /// Made once, so that scheduling it allocates nothing.
    private var turnEnd: @Sendable () -> Void = {}
    private var wakeUp: Scheduled<Void>?
    private var wakeUpDeadline = NIODeadline.distantFuture
    private var drained: EventLoopPromise<Void>?
    /// Made once, so that asking the shadows allocates nothing.
    private var askShadows: @Sendable () -> Void = {}
    private var willAskShadows = false

    init(eventLoop: any EventLoop, settings: EdgeSettings, worker: GatewayWorker) {
        self.eventLoop = eventLoop
        self.settings = settings
        self.worker = worker
        coarseNow = eventLoop.now
        unixSeconds = worker.unixSeconds
        worker.onAnswered = { [unowned self] ticket in answered(ticket) }
        unflushed.reserveCapacity(Self.unflushedMaximum)
        spareOutputs.reserveCapacity(Self.unflushedMaximum)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        turnEnd = { bound.value.endTurn() }
        askShadows = { bound.value.startShadows() }
        scheduleTick()
    }

    /// Breaks the loop's references to itself; nothing may come any more.
    func dismantle() {
        turnEnd = {}
        askShadows = {}
    }

    // MARK: Connections

    /// Takes a new connection.
    func add(_ connection: ConnectionHandler) -> Admission {
        let excess = connections.count - settings.connectionsPerLoopMaximum
        guard excess < 0 else {
            worker.countRefusedConnection()
            return excess < Self.refusalsMaximum ? enlist(connection, .refused) : .dropped
        }
        return enlist(connection, .admitted)
    }

    private func enlist(_ connection: ConnectionHandler, _ admission: Admission) -> Admission {
        connection.index = connections.count
        connections.append(connection)
        worker.connectionCountChanged(by: 1)
        return admission
    }

    func remove(_ connection: ConnectionHandler) {
        guard let last = connections.last, connections[connection.index] === connection else {
            return
        }
        connections[connection.index] = last
        last.index = connection.index
        connections.removeLast()
        worker.connectionCountChanged(by: -1)
        if connections.isEmpty { drained?.succeed() }
    }

    /// Tells clients and balancers to leave.
    func announceDraining() {
        closesAfterReply = true
        worker.isDraining = true
    }

    /// From now on closes connections that ask for nothing, but none that is just about to.
    func closeQuietConnections() {
        settings.idleTimeout = min(settings.idleTimeout, Self.quietTimeMaximum)
    }

    /// Succeeds once there is no connection; at the deadline the rest is closed.
    func whenEmpty(deadline: NIODeadline) -> EventLoopFuture<Void> {
        guard !connections.isEmpty else { return eventLoop.makeSucceededVoidFuture() }
        let promise = eventLoop.makePromise(of: Void.self)
        drained = promise
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(deadline: deadline) {
            for connection in bound.value.connections { connection.close() }
        }
        return promise.futureResult
    }

    // MARK: Sending

    /// Sends a connection's replies once the other requests that have arrived are answered too.
    ///
    /// Sends in a row find their receivers awake and the kernel's paths in the cache: a full loop
    /// needs less time for each. A loop with one request sends at once.
    func flushLater(_ connection: ConnectionHandler) {
        beginWorkIfNeeded()
        unflushed.append(connection)
        if unflushed.count == Self.unflushedMaximum { flushAll() }
    }

    private func flushAll() {
        for connection in unflushed { connection.flush() }
        unflushed.removeAll(keepingCapacity: true)
    }

    /// Gives the loop's other connections a turn first.
    func continueLater(_ connection: ConnectionHandler) {
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: Self.otherConnectionsTurn) { bound.value.continueAnswering() }
    }

    // MARK: Shadows

    /// A connection's replies have left: once those of this turn's other connections have too, the
    /// shadows get their copies.
    func repliesLeft() {
        guard worker.hasWaitingShadows, !willAskShadows else { return }
        willAskShadows = true
        eventLoop.execute(askShadows)
    }

    private func startShadows() {
        willAskShadows = false
        worker.startShadows()
    }

    /// Has the turn under way end once the loop has been through all sockets that were ready.
    func endTurnLater() {
        isInTurn = true
        eventLoop.execute(turnEnd)
    }

    private func endTurn() {
        isInTurn = false
        flushAll()
        worker.endTurn()
        worker.awaitNearAnswer()
    }

    // MARK: Replies

    /// Appends a whole response to a connection's output.
    func encode(
        _ reply: GatewayReply,
        ending: HTTPResponseEncoder.Ending,
        to output: inout ByteBuffer
    ) {
        encoder.begin(reply.status, unixSeconds: unixSeconds)
        if reply.mediaType.utf8CodeUnitCount > 0 {
            encoder.field("Content-Type", reply.mediaType)
        }
        encoder.bytes.append(reply.fields.bytes)
        encoder.end(body: reply.body.bytes.bytes, ending)
        takeEncoded(into: &output)
    }

    /// Appends the refusal of bytes that are not a request we answer.
    func encodeRefusal(
        _ status: HTTPStatus,
        _ detail: StaticString,
        to output: inout ByteBuffer
    ) {
        problem.removeAll()
        ProblemDetails(status, detail: detail).write(to: &problem)
        encoder.begin(status, unixSeconds: unixSeconds)
        encoder.field("Content-Type", ProblemDetails.mediaType)
        encoder.end(body: problem.bytes.bytes, .init(closes: true))
        takeEncoded(into: &output)
        worker.countRefusedBytes(status: status.code)
    }

    /// Appends the refusal of a connection beyond the limit.
    func encodeConnectionRefusal(to output: inout ByteBuffer) {
        problem.removeAll()
        let detail: StaticString = "the gateway has as many connections as it may have"
        ProblemDetails(.serviceUnavailable, detail: detail).write(to: &problem)
        encoder.begin(.serviceUnavailable, unixSeconds: unixSeconds)
        encoder.field("Content-Type", ProblemDetails.mediaType)
        encoder.field("Retry-After", Self.retryAfterSeconds)
        encoder.end(body: problem.bytes.bytes, .init(closes: true))
        takeEncoded(into: &output)
    }

    /// Appends the interim response that lets a client send its body.
    func encodeContinue(to output: inout ByteBuffer) {
        encoder.writeContinue()
        takeEncoded(into: &output)
    }

    private func takeEncoded(into output: inout ByteBuffer) {
        if output.readableBytes == 0, let spare = spareOutputs.popLast() { output = spare }
        output.writeBytes(encoder.bytes.bytes)
        encoder.bytes.removeAll()
    }

    /// Keeps a buffer whose replies were written for the next connection that has some.
    func takeBack(_ output: ByteBuffer) {
        guard output.capacity <= Self.spareBytesMaximum,
            spareOutputs.count < Self.unflushedMaximum
        else { return }
        spareOutputs.append(output)
        spareOutputs[spareOutputs.count - 1].clear()
    }

    // MARK: Pending calls

    /// Remembers who waits for a pooled handler.
    func wait(_ connection: ConnectionHandler, for ticket: Int) {
        while waiting.count <= ticket { waiting.append(nil) }
        waiting[ticket] = connection
        scheduleWakeUp()
    }

    /// The client has gone: nobody waits for the ticket any more.
    func stopWaiting(for ticket: Int) {
        waiting[ticket] = nil
        worker.cancel(ticket)
    }

    private func answered(_ ticket: Int) {
        beginWorkIfNeeded()
        let connection = waiting[ticket]
        waiting[ticket] = nil
        connection?.sendPendingReply()
    }

    /// Arms one timer for the earliest soft deadline of the worker's pending calls.
    private func scheduleWakeUp() {
        guard let nanoseconds = worker.nextDeadlineNanoseconds else { return }
        let deadline = NIODeadline.uptimeNanoseconds(nanoseconds)
        guard deadline < wakeUpDeadline else { return }
        wakeUp?.cancel()
        wakeUpDeadline = deadline
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        wakeUp = eventLoop.scheduleTask(deadline: deadline) { bound.value.wokeUp() }
    }

    private func wokeUp() {
        wakeUpDeadline = .distantFuture
        beginWorkIfNeeded()
        worker.expirePendingCalls()
        scheduleWakeUp()
    }

    // MARK: Ticks

    private func scheduleTick() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleRepeatedTask(
            initialDelay: Self.tickInterval,
            delay: Self.tickInterval
        ) { _ in
            bound.value.tick()
        }
    }

    private func tick() {
        unixSeconds = worker.unixSeconds
        coarseNow = eventLoop.now
        beginWorkIfNeeded()
        worker.tick()
        lookForOverdue()
    }
}
