// SPDX-License-Identifier: Apache-2.0

/// One thread of the load: its schedule, its connections, its measurements.
///
/// Concurrency: confined to one thread at a time.
final class LoadLoop {
    /// Bytes read at a time: the reply to a large cart takes one read.
    private static let readBytes = 64 * 1024

    let settings: LoadSettings
    let address: SocketAddress
    let tls: TLSSettings?
    let poller: Poller
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: readBytes, alignment: 64)
    let requests: [PreparedRequest]

    var clock: RunClock
    var recorder: Recorder
    var dialer: Dialer
    var connections: [ClientConnection?] = []
    var freeSlots: [Int] = []
    var idle = RingQueue<ClientConnection>()
    var waiting = RingQueue<Exchange>()
    var connectionCount = 0
    /// When connections are to be made; nil when none is missing.
    var dialAt: UInt64?
    private(set) var isRunning = false
    private(set) var isDone = false

    private let plan: LoadPlan
    private let routes: [String]
    private let writer: RecordWriter
    private var nextArrival = 0
    private var phase = 0
    private var checker = ReplyChecker()
    private var inFlightCount = 0
    private var unfinishedCount = 0
    private var generator: SeededGenerator
    private var nextHousekeeping: UInt64 = 0
    private var processor = ProcessorUse()

    /// - Throws: `LoadTestError` when the process has no descriptor left or a certificate is unusable.
    init(
        thread: Int,
        of settings: LoadSettings,
        to address: SocketAddress,
        sending table: RequestTable,
        by plan: LoadPlan,
        recordingTo writer: RecordWriter
    ) throws {
        self.settings = settings
        self.address = address
        self.plan = plan
        self.writer = writer
        tls = try settings.tlsSettings()
        poller = try Poller()
        requests = table.requests
        routes = table.routes
        generator = SeededGenerator(seed: settings.seed, stream: .max - UInt64(thread))
        clock = RunClock(start: .max / 2, settings: settings)
        recorder = Recorder(routes: routes, clock: clock, writer: writer)
        dialer = Dialer(wanted: settings.connections(ofThread: thread))
    }

    deinit { readBuffer.deallocate() }

    func now() -> UInt64 { MonotonicClock.now() }

    // MARK: Run

    /// Makes the connections; returns when each was made, or one could not be.
    func connect() {
        dial()
        while !dialer.wasTried, !poller.waker.isStopped { turn() }
    }

    /// Sends by this clock until every request has ended, or the poller's waker was used.
    func run(_ clock: RunClock) {
        self.clock = clock
        recorder = Recorder(routes: routes, clock: clock, writer: writer)
        isRunning = true
        processor.begin()
        startClosedLoop()
        while !isDone {
            sendDue()
            turn()
            if poller.waker.isStopped { stop() }
        }
        recorder.handOver()
        processor.end()
        for connection in connections { connection?.close() }
    }

    /// How this thread fared, once it has finished.
    var summary: ThreadSummary {
        ThreadSummary(
            unfinishedCount: unfinishedCount,
            processorSeconds: processor.busySeconds,
            connectionCount: connectionCount,
            backlog: recorder.backlog
        )
    }

    /// Waits for what comes next and deals with it.
    private func turn() {
        let before = now()
        let patience = patience(before)
        let count = poller.wait(nanoseconds: patience) { connections[Int($0)]?.proceed($1) }
        let after = now()
        if patience == 0, count == 0 { processor.addPolling(nanoseconds: after - before) }
        if let dialAt, after >= dialAt { dial() }
        guard after >= nextHousekeeping else { return }
        nextHousekeeping = after + Self.housekeepingNanoseconds
        keepHouse(after)
    }

    /// How long nothing can fall due; nothing shortly before a request does.
    private func patience(_ time: UInt64) -> UInt64 {
        var until = min(nextHousekeeping, dialAt ?? .max)
        if isRunning, nextArrival < plan.count {
            let due = clock.start + plan.offset(nextArrival)
            until = min(until, due - min(due, settings.busyPollNanoseconds))
        }
        return until > time ? until - time : 0
    }

    // MARK: Sending

    /// Sends everything that is due.
    private func sendDue() {
        while nextArrival < plan.count {
            let due = clock.start + plan.offset(nextArrival)
            let time = now()
            guard due <= time else { return }
            let request = plan.request(nextArrival)
            nextArrival += 1
            dispatch(makeExchange(request, intended: due, ready: time))
        }
        finishIfIdle()
    }

    private func dispatch(_ exchange: Exchange) {
        if waiting.isEmpty, let connection = takeIdle() {
            send(exchange, on: connection)
        } else if dialer.isCutOff {
            failed(exchange, dialer.lastFailure)
        } else {
            waiting.append(exchange)
        }
    }

    private func startClosedLoop() {
        guard case .closed = settings.pace else { return }
        while let connection = takeIdle() { sendNext(on: connection) }
    }

    /// The next request of a closed loop: it is due when the reply before it has come.
    private func sendNext(on connection: ClientConnection) {
        let time = now()
        guard time < clock.end, !isDone else { return finishIfIdle() }
        let request = Int(generator.next(below: UInt64(requests.count)))
        send(makeExchange(request, intended: time, ready: time), on: connection)
    }

    private func send(_ exchange: Exchange, on connection: ClientConnection) {
        var exchange = exchange
        exchange.timing.sent = now()
        inFlightCount += 1
        connection.send(exchange)
    }

    private func makeExchange(_ request: Int, intended: UInt64, ready: UInt64) -> Exchange {
        phase = clock.phase(of: intended, from: phase)
        var timing = RequestTiming(intended: intended, ready: ready)
        timing.phase = phase
        return Exchange(
            request: request,
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
        inFlightCount -= 1
        guard exchange.isScored, !isDone else { return }
        if head.status != 503 {
            guard (200..<300).contains(head.status) else { return failed(exchange, .status) }
            let cause = checker.failure(
                of: UnsafeRawBufferPointer(rebasing: bytes[body]),
                to: requests[exchange.request].check,
                request: exchange.request
            )
            if let cause { return failed(exchange, cause) }
        }
        let route = requests[exchange.request].route
        recorder.countReply(exchange.timing, route: route, head: head, in: bytes, body: body)
    }

    /// A request failed on its way.
    func lost(_ exchange: Exchange, _ cause: FailureCause) {
        inFlightCount -= 1
        failed(exchange, cause)
    }

    /// A request failed, on its way or before anyone could send it.
    func failed(_ exchange: Exchange, _ cause: FailureCause) {
        guard exchange.isScored, !isDone else { return }
        var timing = exchange.timing
        timing.end = now()
        recorder.countFailure(cause, timing, route: requests[exchange.request].route)
    }

    /// The connection can take another request.
    func release(_ connection: ClientConnection) {
        if isRunning, case .closed = settings.pace { return sendNext(on: connection) }
        if let next = waiting.popFirst() { return send(next, on: connection) }
        idle.append(connection)
    }

    // MARK: End

    /// Requests that were due and have not ended.
    var backlog: Int { waiting.count + inFlightCount }

    /// Ends the run when its time is over and nothing is on its way.
    func finishIfIdle() {
        guard isRunning, nextArrival == plan.count, backlog == 0, now() >= clock.end else { return }
        isDone = true
    }

    private func stop() {
        unfinishedCount = backlog
        isDone = true
    }
}
