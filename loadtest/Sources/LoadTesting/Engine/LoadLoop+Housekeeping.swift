// SPDX-License-Identifier: Apache-2.0
import NIOCore

extension LoadLoop {
    /// How often overdue requests are looked for and the backlog is sampled.
    private static let housekeepingInterval = TimeAmount.milliseconds(10)

    func scheduleHousekeeping() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: Self.housekeepingInterval) { bound.value.keepHouse() }
    }

    private func keepHouse() {
        guard !isDone else { return }
        let time = now()
        recorder.backlog.record(backlog, at: time)
        recorder.handOverSecond(now: time)
        giveUpOverdue(time)
        finishIfIdle()
        scheduleHousekeeping()
    }

    private func giveUpOverdue(_ time: UInt64) {
        while let first = waiting.first, isOverdue(first, time) {
            waiting.removeFirst()
            giveUp(first, .connectionWait)
        }
        for connection in connections {
            if let exchange = connection.exchange, isOverdue(exchange, time) {
                connection.abandon(.timeout)
            }
        }
    }

    private func isOverdue(_ exchange: Exchange, _ time: UInt64) -> Bool {
        time > exchange.timing.intended + settings.timeoutNanoseconds
    }
}
