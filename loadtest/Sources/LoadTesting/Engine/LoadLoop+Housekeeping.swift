// SPDX-License-Identifier: Apache-2.0

extension LoadLoop {
    /// How often overdue requests are looked for and the backlog is sampled.
    static let housekeepingNanoseconds: UInt64 = 10_000_000

    func keepHouse(_ time: UInt64) {
        if isRunning { recorder.backlog.record(backlog, at: time) }
        recorder.handOverSecond(now: time)
        giveUpOverdue(time)
        finishIfIdle()
    }

    private func giveUpOverdue(_ time: UInt64) {
        while let first = waiting.first, isOverdue(first.timing.intended, time) {
            _ = waiting.popFirst()
            failed(first, .connectionWait)
        }
        for case let connection? in connections {
            if connection.isConnecting {
                if isOverdue(connection.startedAt, time) { connection.abandon(.unreachable) }
            } else if let exchange = connection.exchange,
                isOverdue(exchange.timing.intended, time)
            {
                connection.abandon(.timeout)
            }
        }
    }

    private func isOverdue(_ start: UInt64, _ time: UInt64) -> Bool {
        time > start + settings.timeoutNanoseconds
    }
}
