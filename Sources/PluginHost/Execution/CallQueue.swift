// SPDX-License-Identifier: Apache-2.0

/// Where the calls of a handler run that may not hold an event loop, bound to one snapshot.
///
/// A call that was submitted comes back through the completion its executor was made with, once and
/// from any thread, with its final status.
package protocol CallQueue: AnyObject, Sendable {
    /// Hands a call over.
    ///
    /// False when it cannot be taken now; the slot is then still the owner's. Never blocks.
    func submit(_ call: HandlerCall) -> Bool

    /// Gives a call up: its time has passed and its owner answers elsewhere.
    ///
    /// The completion still comes; until then the slot belongs to the queue.
    func abandon(_ call: HandlerCall)

    /// How far a call has come, as one look tells: it may go on at the same time.
    func progress(of call: HandlerCall) -> CallProgress

    /// Whether so many calls never came back that new ones should not be sent.
    var isStuck: Bool { get }

    /// Waits without sleeping until a call of this queue ends, its completion on this thread.
    ///
    /// For an event loop that nobody then has to wake. At once `idle` where other threads bring the
    /// answers.
    func awaitEnd(nanoseconds: UInt64) -> SpinOutcome
}

extension CallQueue {
    /// A queue that does not know takes the handler for slow.
    package func progress(of call: HandlerCall) -> CallProgress { .running }

    /// Most queues have threads that bring the answers.
    package func awaitEnd(nanoseconds: UInt64) -> SpinOutcome { .idle }
}

/// How far a call of a queue has come; only one that runs is late by its handler's fault.
package enum CallProgress: Sendable {
    /// No thread has come to it.
    case waiting
    /// The handler has it.
    case running
    /// It has ended, and its completion is on the way.
    case ended
}

/// A pool, and the binding its threads call.
package final class PooledBinding: CallQueue {
    private let pool: HandlerPool
    private let binding: ModelBinding

    /// Runs the calls of `binding` on `pool`.
    package init(_ binding: ModelBinding, on pool: HandlerPool) {
        self.binding = binding
        self.pool = pool
    }

    /// Hands a call over to the pool; false when it is refused.
    package func submit(_ call: HandlerCall) -> Bool { pool.submit(call, binding: binding) }

    /// Gives a call up.
    package func abandon(_ call: HandlerCall) { pool.abandon(call) }

    /// How far a call has come.
    package func progress(of call: HandlerCall) -> CallProgress { call.progress }

    /// Whether at least half of the pool's threads are inside calls nobody waits for any more.
    package var isStuck: Bool { pool.isStuck }
}

extension HandlerCall {
    /// How far the call has come in a pool.
    var progress: CallProgress {
        switch currentPhase.place {
        case .queued: .waiting
        case .executing, .pending: .running
        case .idle: .ended
        }
    }
}

/// Where a model version's handler runs.
package enum HandlerPlacement: Sendable {
    /// On the event loop that has the request.
    case inline(ModelBinding)
    /// Elsewhere; the answer comes later.
    case queued(any CallQueue)

    /// On a pool when there is one, else on the event loop.
    package init(_ binding: ModelBinding, pool: HandlerPool?) {
        self = pool.map { .queued(PooledBinding(binding, on: $0)) } ?? .inline(binding)
    }

    /// What takes the calls; nil when they run on the event loop.
    package var queue: (any CallQueue)? {
        if case .queued(let queue) = self { queue } else { nil }
    }
}
