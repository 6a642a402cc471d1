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

    func abandon(_ call: HandlerCall) { pool.abandon(call) }

    func progress(of call: HandlerCall) -> CallProgress { pool.pool.progress(of: call) }

    var isStuck: Bool { pool.pool.isStuck }
}

/// A call queue in front of a worker process, bound to one snapshot.
///
/// `@unchecked Sendable` because a run has one thread.
final class SimulatedWorkerQueue: CallQueue, @unchecked Sendable {
    private let bound: Stage.Bound
    private unowned let worker: SimulatedWorker

    init(_ bound: Stage.Bound, on worker: SimulatedWorker) {
        self.bound = bound
        self.worker = worker
    }

    func submit(_ call: HandlerCall) -> Bool { worker.submit(call, bound) }

    func abandon(_ call: HandlerCall) { worker.abandon() }

    var isStuck: Bool { worker.isQuarantined }
}
