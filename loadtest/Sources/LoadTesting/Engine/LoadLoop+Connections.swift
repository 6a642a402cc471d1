// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOPosix

extension LoadLoop {
    /// Bytes read at a time: the reply to a large cart takes one read.
    private static let readBytes = 64 * 1024

    /// Opens the connections that are missing.
    func dial() {
        guard !isDone else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        for _ in 0..<dialer.begin() {
            openConnection().whenComplete { bound.value.dialled($0) }
        }
    }

    /// A connection was made.
    func opened(_ connection: ClientConnection) {
        connectionCount += 1
        connection.index = connections.count
        connections.append(connection)
    }

    /// A connection ended.
    func closed(_ connection: ClientConnection) {
        guard connections.indices.contains(connection.index),
            connections[connection.index] === connection, let last = connections.last
        else { return }
        connections[connection.index] = last
        last.index = connection.index
        connections.removeLast()
        dialer.lost(wasUseful: connection.answeredCount > 0)
        dialLater()
        finishIfIdle()
    }

    private func openConnection() -> EventLoopFuture<ClientConnection> {
        let connection = ClientConnection(loop: self)
        let bound = NIOLoopBound(connection, eventLoop: eventLoop)
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(.nanoseconds(Int64(clamping: settings.timeoutNanoseconds)))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: Self.readBytes)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: address).map { _ in bound.value }
    }

    private func dialled(_ result: Result<ClientConnection, any Error>) {
        switch result {
        case .success(let connection):
            dialer.succeeded()
            opened(connection)
            // It may have ended while its success was on the way here.
            if connection.isIdle { release(connection) } else { closed(connection) }
        case .failure(let error):
            dialer.failed(FailureCause(connecting: error))
        }
        if dialer.isCutOff { giveUpWaiting() }
        if dialer.wasTried { isConnected.succeed() }
        if isDone { connections.forEach { $0.close() } } else { dialLater() }
    }

    private func dialLater() {
        guard !isDone, let pause = dialer.pauseBeforeNext() else { return }
        guard pause > .zero else { return dial() }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: pause) { bound.value.dial() }
    }

    /// Nobody answers: what waits for a connection fails now instead of at its time-out.
    private func giveUpWaiting() {
        while let exchange = waiting.popFirst() { giveUp(exchange, dialer.lastFailure) }
        finishIfIdle()
    }
}

extension FailureCause {
    /// What kept a connection from being made.
    init(connecting error: any Error) {
        switch (error as? IOError)?.errnoCode {
        case ECONNREFUSED, ECONNRESET: self = .refused
        case EMFILE, ENFILE, EADDRNOTAVAIL: self = .outOfDescriptors
        default: self = .unreachable
        }
    }
}
