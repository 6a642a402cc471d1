// SPDX-License-Identifier: Apache-2.0
import GatewayCore

/// The loop's turns, seen from inside.
///
/// What is put off from inside a read runs once the loop has been through all sockets that were ready:
/// two looks at the clock for each turn, and no system call.
extension EdgeLoop {
    /// Bytes of a client are at hand.
    func beginTurnIfNeeded() {
        guard !isInTurn else { return }
        worker.beginTurn()
        endTurnLater()
    }

    /// A completion or a timer is at hand: what it does takes time, but shows no request that waited.
    func beginWorkIfNeeded() {
        guard !isInTurn else { return }
        worker.beginWork()
        endTurnLater()
    }

    /// Does something with the worker that is no request's.
    func work(_ body: (GatewayWorker) -> Void) {
        beginWorkIfNeeded()
        body(worker)
    }
}
