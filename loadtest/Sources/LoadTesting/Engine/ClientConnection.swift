// SPDX-License-Identifier: Apache-2.0

/// One keep-alive connection to the target: a request at a time, its reply parsed and timed.
///
/// Concurrency: confined to its loop's thread.
final class ClientConnection {
    private enum State { case connecting, open, closed }

    /// Position among the loop's connections.
    let slot: Int
    /// When it began to connect.
    let startedAt: UInt64
    /// The request on its way; nil while the connection is idle.
    private(set) var exchange: Exchange?
    /// Requests answered on this connection.
    private(set) var answeredCount = 0

    private unowned let loop: LoadLoop
    /// Nil once it is closed: a queue may still hold the connection.
    private var socket: ClientSocket?
    private var state = State.connecting
    private var parser = ReplyParser()
    /// The reply so far, when one read did not bring it whole.
    private var received: [UInt8] = []
    /// Bytes of the request that are sent.
    private var sentCount = 0
    private var watched: Poller.Readiness = [.read, .write]

    init(_ socket: ClientSocket, slot: Int, of loop: LoadLoop) {
        self.socket = socket
        self.slot = slot
        self.loop = loop
        startedAt = loop.now()
    }

    var isConnecting: Bool { state == .connecting }

    /// Whether a request can go out now.
    var isIdle: Bool { exchange == nil && state == .open }

    /// Lets the poller tell this connection what its socket is ready for; false when it cannot.
    func watch() -> Bool {
        guard let socket else { return false }
        return loop.poller.watch(socket.descriptor, token: UInt64(slot), for: watched)
    }

    /// Sends a request; its times are taken by the caller and here.
    func send(_ exchange: Exchange) {
        self.exchange = exchange
        sentCount = 0
        flush()
    }

    /// Ends the connection; a request on its way has failed for `cause`.
    func abandon(_ cause: FailureCause) {
        guard state != .closed else { return }
        let wasConnecting = isConnecting
        state = .closed
        socket = nil
        fail(cause)
        if wasConnecting { loop.couldNotConnect(self, cause) } else { loop.closed(self) }
    }

    /// Ends the connection; what is on its way is forgotten.
    func close() {
        state = .closed
        exchange = nil
        socket = nil
    }

    /// The socket is ready for something.
    func proceed(_ readiness: Poller.Readiness) {
        switch state {
        case .connecting: connect()
        case .open:
            if readiness.contains(.write), exchange != nil { flush() }
            if !readiness.isDisjoint(with: [.read, .broken]) { read() }
        case .closed: break
        }
    }

    // MARK: Socket

    private func connect() {
        switch socket?.connect() ?? .ended {
        case .done:
            state = .open
            wait(for: .read)
            loop.connected(self)
        case .later(let readiness): wait(for: readiness)
        case .failed(let cause): abandon(cause)
        case .ended: abandon(.refused)
        }
    }

    private func flush() {
        guard let exchange, let socket else { return }
        let progress = loop.requests[exchange.request].bytes.withUnsafeBytes { bytes in
            sentCount == bytes.count
                ? .done(0) : socket.write(UnsafeRawBufferPointer(rebasing: bytes[sentCount...]))
        }
        switch progress {
        case .done(let count):
            sentCount += count
            let isSent = sentCount == loop.requests[exchange.request].bytes.count
            wait(for: isSent ? .read : [.read, .write])
        case .later(let readiness): wait(for: readiness.union(.read))
        // The reply may be there already: a server may refuse a body before its end.
        case .ended, .failed: wait(for: .read)
        }
    }

    private func read() {
        guard let socket else { return }
        repeat {
            switch socket.read(into: loop.readBuffer) {
            case .done(let count):
                take(UnsafeRawBufferPointer(rebasing: loop.readBuffer[..<count]))
            case .later: return
            case .ended, .failed: return finishAtEnd()
            }
        } while state == .open && socket.hasPendingBytes
    }

    private func wait(for readiness: Poller.Readiness) {
        guard readiness != watched, let socket else { return }
        watched = readiness
        loop.poller.change(socket.descriptor, token: UInt64(slot), to: readiness)
    }

    // MARK: Reply

    private func take(_ bytes: UnsafeRawBufferPointer) {
        guard exchange != nil else { return abandon(.malformed) }
        if exchange?.timing.firstByte == 0 { exchange?.timing.firstByte = loop.now() }
        if received.isEmpty { return parse(bytes) }
        received.append(contentsOf: bytes)
        // Out of the property, so that the parser reads it while the connection changes.
        let whole = received
        whole.withUnsafeBytes { parse($0) }
    }

    private func parse(_ bytes: UnsafeRawBufferPointer) {
        do throws(ReplyError) {
            guard case .complete(let byteCount, let body) = try parser.parse(bytes) else {
                if received.isEmpty { received.append(contentsOf: bytes) }
                return
            }
            finish(bytes, body: body, isLast: parser.head.closes || byteCount < bytes.count)
        } catch {
            abandon(.malformed)
        }
    }

    private func finish(_ bytes: UnsafeRawBufferPointer, body: Range<Int>, isLast: Bool) {
        guard var exchange else { return }
        exchange.timing.end = received.isEmpty ? exchange.timing.firstByte : loop.now()
        self.exchange = nil
        answeredCount += 1
        loop.replied(exchange, parser.head, in: bytes, body: body)
        parser.reset()
        received.removeAll(keepingCapacity: true)
        if isLast { abandon(.closedBeforeReply) } else { loop.release(self) }
    }

    private func finishAtEnd() {
        let end = parser.parseEnd(byteCount: received.count)
        if exchange != nil, case .complete(_, let body) = end {
            let whole = received
            whole.withUnsafeBytes { finish($0, body: body, isLast: true) }
        } else {
            abandon(received.isEmpty ? .closedBeforeReply : .closedInReply)
        }
    }

    private func fail(_ cause: FailureCause) {
        guard let exchange else { return }
        self.exchange = nil
        loop.lost(exchange, cause)
    }
}

/// A request on its way.
struct Exchange {
    /// Position in the table of prepared requests.
    let request: Int
    /// Whether it counts: it was due after the warm-up, in a phase that counts.
    let isScored: Bool
    var timing: RequestTiming
}
