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

    /// Whether so many calls never came back that new ones should not be sent.
    var isStuck: Bool { get }
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

    /// Hands a call over to the pool; false when its queue is full.
    package func submit(_ call: HandlerCall) -> Bool { pool.submit(call, binding: binding) }

    /// Gives a call up.
    package func abandon(_ call: HandlerCall) { pool.abandon(call) }

    /// Whether at least half of the pool's threads are inside calls nobody waits for any more.
    package var isStuck: Bool { pool.isStuck }
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
