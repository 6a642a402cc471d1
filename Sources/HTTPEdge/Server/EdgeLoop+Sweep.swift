// SPDX-License-Identifier: Apache-2.0
import NIOCore

extension EdgeLoop {
    /// Closing takes some 20 µs each: a turn of these is short beside a request's budget.
    private static let closesPerTurn = 16

    /// Looks at a slice of the connections for clients that are out of time.
    func lookForOverdue() {
        let isClosing = !overdue.isEmpty
        for index in sweep.slice(of: connections.count)
        where connections[index].isOverdue(coarseNow, settings) {
            overdue.append(connections[index])
        }
        if !isClosing { closeOverdue() }
    }

    /// Closes some, and the rest after the loop's other connections had a turn: thousands that came
    /// together are out of time together.
    private func closeOverdue() {
        for _ in 0..<min(Self.closesPerTurn, overdue.count) {
            let connection = overdue.removeLast()
            if connection.isOverdue(coarseNow, settings) { connection.closeOverdue() }
        }
        guard !overdue.isEmpty else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: Self.otherConnectionsTurn) { bound.value.closeOverdue() }
    }
}
