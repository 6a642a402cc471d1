// SPDX-License-Identifier: Apache-2.0
import PluginHost

/// A call queue on virtual time: the real pool, stepped, bound to one snapshot.
///
/// `@unchecked Sendable` because a run has one thread.
final class SimulatedQueue: CallQueue, @unchecked Sendable {
    private let bound: Stage.Bound
    private unowned let pool: SimulatedPool

    init(_ bound: Stage.Bound, on pool: SimulatedPool) {
        self.bound = bound
        self.pool = pool
    }

    func submit(_ call: HandlerCall) -> Bool { pool.submit(call, bound) }

    func abandon(_ call: HandlerCall) { pool.pool.abandon(call) }

    var isStuck: Bool { pool.pool.isStuck }
}
