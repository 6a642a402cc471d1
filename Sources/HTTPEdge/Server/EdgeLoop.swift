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

    let eventLoop: any EventLoop
    let settings: EdgeSettings
    let worker: GatewayWorker
    /// Now, as of the last tick: what timeouts are measured with, without a clock read each.
    private(set) var coarseNow: NIODeadline
    /// Set when draining: every reply is the last of its connection.
    var closesAfterReply = false {
        didSet { worker.isDraining = closesAfterReply }
    }

    private var encoder = HTTPResponseEncoder(capacity: 8192)
    private var problem = JSONWriter(capacity: 512)
    private var unixSeconds: Int64
    private var connections: [ConnectionHandler] = []
    /// Connections with replies to send at the end of this turn.
    private var unflushed: [ConnectionHandler] = []
    /// The connection that waits for each pending ticket.
    private var waiting: [ConnectionHandler?] = []
    /// Whether the loop is between its first request since it looked at its sockets and the last.
    private var isInTurn = false
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
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        turnEnd = { bound.value.endTurn() }
        askShadows = { bound.value.startShadows() }
        scheduleTick()
    }

    // MARK: Connections

    /// Takes a new connection; false when there are too many.
    func add(_ connection: ConnectionHandler) -> Bool {
        guard connections.count < settings.connectionsPerLoopMaximum else { return false }
        connection.index = connections.count
        connections.append(connection)
        worker.connectionCountChanged(by: 1)
        return true
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

    /// Closes idle connections at once and busy ones after their reply.
    func drain(deadline: NIODeadline) -> EventLoopFuture<Void> {
        closesAfterReply = true
        for connection in connections { connection.closeIfIdle() }
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
        beginTurnIfNeeded()
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
        eventLoop.execute { bound.value.continueAnswering() }
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

    // MARK: Turns

    /// A request or a completion is at hand.
    ///
    /// What is put off from inside a read runs once the loop has been through all sockets that were
    /// ready: so the loop's turns are seen from here, two looks at the clock for each.
    func beginTurnIfNeeded() {
        guard !isInTurn else { return }
        isInTurn = true
        worker.beginTurn()
        eventLoop.execute(turnEnd)
    }

    private func endTurn() {
        isInTurn = false
        flushAll()
        worker.endTurn()
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

    /// Appends the interim response that lets a client send its body.
    func encodeContinue(to output: inout ByteBuffer) {
        encoder.writeContinue()
        takeEncoded(into: &output)
    }

    private func takeEncoded(into output: inout ByteBuffer) {
        output.writeBytes(encoder.bytes.bytes)
        encoder.bytes.removeAll()
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
        beginTurnIfNeeded()
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
        beginTurnIfNeeded()
        worker.tick()
        for connection in connections where connection.isOverdue(coarseNow, settings) {
            connection.closeOverdue()
        }
    }
}
