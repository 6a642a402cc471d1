// SPDX-License-Identifier: Apache-2.0

extension LoadLoop {
    /// Opens the connections that are missing.
    func dial() {
        dialAt = nil
        guard !isDone else { return }
        for _ in 0..<dialer.begin() { openConnection() }
        dialLater()
    }

    /// A connection was made.
    func connected(_ connection: ClientConnection) {
        dialer.succeeded()
        connectionCount += 1
        release(connection)
        dialLater()
    }

    /// A connection could not be made.
    func couldNotConnect(_ connection: ClientConnection, _ cause: FailureCause) {
        forget(connection)
        couldNotConnect(cause)
    }

    /// A connection ended.
    func closed(_ connection: ClientConnection) {
        forget(connection)
        dialer.lost(wasUseful: connection.answeredCount > 0)
        dialLater()
    }

    private func openConnection() {
        do throws(ConnectError) {
            let socket = try ClientSocket(to: address, tls)
            let slot = freeSlots.popLast() ?? connections.count
            if slot == connections.count { connections.append(nil) }
            let connection = ClientConnection(socket, slot: slot, of: self)
            connections[slot] = connection
            if !connection.watch() { connection.abandon(.outOfDescriptors) }
        } catch {
            couldNotConnect(error.cause)
        }
    }

    private func forget(_ connection: ClientConnection) {
        connections[connection.slot] = nil
        freeSlots.append(connection.slot)
    }

    private func couldNotConnect(_ cause: FailureCause) {
        dialer.failed(cause)
        if dialer.isCutOff { giveUpWaiting() }
        dialLater()
    }

    private func dialLater() {
        guard !isDone, let pause = dialer.pauseBeforeNextNanoseconds() else { return }
        dialAt = min(dialAt ?? .max, now() + pause)
    }

    /// Nobody answers: what waits for a connection fails now instead of at its time-out.
    private func giveUpWaiting() {
        while let exchange = waiting.popFirst() { failed(exchange, dialer.lastFailure) }
    }
}
