// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Makes the executions of one serial model come one at a time without a thread ever waiting.
///
/// Whoever puts the first call into an empty lane schedules the lane; whoever has run one call
/// schedules it again when more are left. So a lane is in a pool's queue at most once.
final class SerialLane: Sendable {
    private let calls = BoundedQueue<PooledCall>(capacity: Limits.poolQueueMax)
    private let waiting = Atomic<Int>(0)
    private let isExecuting = Atomic<Bool>(false)

    /// Adds a call.
    ///
    /// True when the lane has to be scheduled.
    ///
    /// The pool admits no more calls than a lane holds.
    func add(_ call: PooledCall) -> Bool {
        let isAdded = calls.push(call)
        precondition(isAdded, "a serial model was submitted to more than one pool")
        return waiting.wrappingAdd(1, ordering: .acquiringAndReleasing).oldValue == 0
    }

    /// The next call.
    ///
    /// The caller was scheduled for it, so there is one, at most an instant away.
    func next() -> PooledCall {
        while true {
            if let call = calls.pop() { return call }
        }
    }

    /// Takes one finished call off.
    ///
    /// True when the lane has to be scheduled again.
    func finishOne() -> Bool {
        waiting.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue > 0
    }

    /// Claims the model for an execution; false when it is executing.
    func tryEnter() -> Bool { !isExecuting.exchange(true, ordering: .acquiring) }

    /// Gives the model back.
    func leave() { isExecuting.store(false, ordering: .releasing) }
}
