// SPDX-License-Identifier: Apache-2.0
import NIOCore

/// One thread of the load: its schedule, its connections, its measurements.
///
/// Concurrency: confined to its event loop.
final class LoadLoop {
    let eventLoop: any EventLoop
    let settings: LoadSettings
    let address: SocketAddress
    /// Fulfilled when every connection was made, or one could not be.
    let isConnected: EventLoopPromise<Void>
    /// Fulfilled when every request has ended, or the run was stopped.
    let isFinished: EventLoopPromise<Void>

    let requests: [PreparedRequest]
    var clock: RunClock
    var recorder: Recorder
    var dialer: Dialer
    var connections: [ClientConnection] = []
    var idle = CircularBuffer<ClientConnection>()
    var waiting = CircularBuffer<Exchange>()
    var connectionCount = 0
    private(set) var isDone = false

    private let routes: [String]
    private let writer: RecordWriter
    private let schedule: [UInt64]
    private var nextArrival = 0
    private var phase = 0
    private var generator: SeededGenerator
    private var isRunning = false
    private var unfinishedCount = 0
    private var processorStart = 0.0

    init(
        on eventLoop: any EventLoop,
        thread: Int,
        of settings: LoadSettings,
        to address: SocketAddress,
        sending table: RequestTable,
        recordingTo writer: RecordWriter
    ) {
        self.eventLoop = eventLoop
        self.settings = settings
        self.address = address
        requests = table.requests
        schedule =
            settings.schedule().share(ofThread: thread, of: settings.threads).offsetsNanoseconds
        generator = SeededGenerator(seed: settings.seed, stream: .max - UInt64(thread))
        clock = RunClock(start: .max / 2, settings: settings)
        routes = table.routes
        self.writer = writer
        recorder = Recorder(routes: routes, clock: clock, writer: writer)
        dialer = Dialer(wanted: settings.connections(ofThread: thread))
        isConnected = eventLoop.makePromise()
        isFinished = eventLoop.makePromise()
    }

    func now() -> UInt64 { NIODeadline.now().uptimeNanoseconds }

    // MARK: Run

    /// Begins to send by this clock.
    func start(_ clock: RunClock) {
        guard !isDone else { return }
        self.clock = clock
        recorder = Recorder(routes: routes, clock: clock, writer: writer)
        isRunning = true
        processorStart = ProcessorTime.ofThisThread
        scheduleHousekeeping()
        if case .closed = settings.pace {
            while let connection = takeIdle() { sendNext(on: connection) }
        } else {
            tick()
        }
    }

    /// Stops sending; what is on its way counts as unfinished.
    func stop() {
        guard !isDone else { return }
        unfinishedCount = backlog
        finish()
    }

    /// How this thread fared, once it has finished.
    var summary: ThreadSummary {
        ThreadSummary(
            unfinishedCount: unfinishedCount,
            processorSeconds: isRunning ? ProcessorTime.ofThisThread - processorStart : 0,
            connectionCount: connectionCount,
            backlog: recorder.backlog
        )
    }

    // MARK: Sending

    /// Sends everything that is due, then sleeps until the next arrival.
    private func tick() {
        guard !isDone else { return }
        while nextArrival < schedule.count {
            let due = clock.start + schedule[nextArrival]
            let time = now()
            guard due <= time else { return sleep(until: due) }
            nextArrival += 1
            dispatch(makeExchange(intended: due, ready: time))
        }
        finishIfIdle()
    }

    private func sleep(until time: UInt64) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(deadline: .uptimeNanoseconds(time)) { bound.value.tick() }
    }

    private func dispatch(_ exchange: Exchange) {
        if waiting.isEmpty, let connection = takeIdle() {
            send(exchange, on: connection)
        } else if dialer.isCutOff {
            giveUp(exchange, dialer.lastFailure)
        } else {
            waiting.append(exchange)
        }
    }

    /// The next request of a closed loop: it is due when the reply before it has come.
    private func sendNext(on connection: ClientConnection) {
        let time = now()
        guard time < clock.end, !isDone else { return finishIfIdle() }
        send(makeExchange(intended: time, ready: time), on: connection)
    }

    private func send(_ exchange: Exchange, on connection: ClientConnection) {
        var exchange = exchange
        exchange.timing.sent = now()
        connection.send(exchange, requests[exchange.request].bytes)
    }

    private func makeExchange(intended: UInt64, ready: UInt64) -> Exchange {
        phase = clock.phase(of: intended, from: phase)
        var timing = RequestTiming(intended: intended, ready: ready)
        timing.phase = phase
        return Exchange(
            request: Int.random(in: requests.indices, using: &generator),
            isScored: clock.isScored(intended, inPhase: phase),
            timing: timing
        )
    }

    private func takeIdle() -> ClientConnection? {
        while let connection = idle.popFirst() {
            if connection.isIdle { return connection }
        }
        return nil
    }

    // MARK: Replies

    /// A whole reply came.
    func replied(
        _ exchange: Exchange,
        _ head: ReplyHead,
        in bytes: UnsafeRawBufferPointer,
        body: Range<Int>
    ) {
        guard exchange.isScored, !isDone else { return }
        let request = requests[exchange.request]
        if head.status != 503 {
            guard (200..<300).contains(head.status) else { return failed(exchange, .status) }
            let body = UnsafeRawBufferPointer(rebasing: bytes[body])
            if let cause = request.check.failure(of: body) { return failed(exchange, cause) }
        }
        recorder.countReply(exchange.timing, route: request.route, head: head, in: bytes)
    }

    /// A request failed.
    func failed(_ exchange: Exchange, _ cause: FailureCause) {
        guard exchange.isScored, !isDone else { return }
        var timing = exchange.timing
        timing.end = now()
        recorder.countFailure(cause, timing, route: requests[exchange.request].route)
    }

    /// A request failed before anyone could send it.
    func giveUp(_ exchange: Exchange, _ cause: FailureCause) {
        failed(exchange, cause)
    }

    /// The connection can take another request.
    func release(_ connection: ClientConnection) {
        if isRunning, case .closed = settings.pace { return sendNext(on: connection) }
        if let next = waiting.popFirst() { return send(next, on: connection) }
        idle.append(connection)
        finishIfIdle()
    }

    // MARK: End

    /// Requests that were due and have not ended.
    var backlog: Int { waiting.count + connections.count { $0.exchange != nil } }

    /// Ends the run when its time is over and nothing is on its way.
    func finishIfIdle() {
        guard isRunning, !isDone, nextArrival == schedule.count, waiting.isEmpty,
            now() >= clock.end, backlog == 0
        else { return }
        finish()
    }

    private func finish() {
        isDone = true
        recorder.handOver()
        isConnected.succeed()
        isFinished.succeed()
        for connection in connections { connection.close() }
    }
}
