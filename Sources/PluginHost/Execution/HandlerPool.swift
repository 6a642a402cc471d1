// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import Synchronization

/// A fixed number of threads that run a pooled handler's calls, with a bounded queue before them.
///
/// Submitting never blocks, so event loops may. A call whose time is up is abandoned: its owner answers
/// without it, `is_cancelled` turns true, and the slot comes back through the completion when the
/// plugin lets go of it. A serial model's calls run one at a time, in order; all of them must go
/// through one pool.
package final class HandlerPool: Sendable {
    /// Tells the owner that its call has ended, with the final status.
    ///
    /// Once for each submitted call, on a thread of the pool or the plugin; it must not block.
    /// The slot is the owner's again.
    package typealias Completion = @Sendable (_ call: HandlerCall, _ status: Int32) -> Void

    /// Who goes first when there are more threads than cores.
    package enum Priority: Sendable {
        case normal
        /// Everybody else: for work nobody waits for.
        case background
    }

    private let state: PoolState
    /// Its threads.
    package let threadCount: Int

    /// A running pool.
    ///
    /// `name` shows in the system's thread list. Without a law calls wait as long as there is room.
    package init(
        name: String,
        threads: Int,
        queueCapacity: Int,
        priority: Priority = .normal,
        law: (any QueueLaw)? = nil,
        readers: ReaderProvider,
        completion: @escaping Completion
    ) {
        precondition((1...Limits.poolThreadsMax).contains(threads))
        precondition((1...Limits.poolQueueMax).contains(queueCapacity))
        threadCount = threads
        state = PoolState(
            queueCapacity: queueCapacity,
            law: law,
            readers: readers,
            completion: completion
        )
        for _ in 0..<threads { PoolThread.start(name: name, priority, state) }
    }

    deinit { state.stop(threads: threadCount) }

    /// Hands a call over to the pool.
    ///
    /// False when the call is refused, with the reason in `refusal`; the slot is then still the owner's.
    ///
    /// Complexity: no lock and no allocation.
    package func submit(_ call: HandlerCall, binding: ModelBinding) -> Bool {
        state.submit(call, binding)
    }

    /// Gives a call up: its time has passed and its owner answers elsewhere.
    ///
    /// False when it has already ended and its completion is on the way. The completion comes in
    /// either case.
    @discardableResult
    package func abandon(_ call: HandlerCall) -> Bool { state.abandon(call) }

    /// Releases the readers of idle threads, for an old snapshot to be closed; busy threads follow.
    package func dropReaders() { state.dropReaders(threads: threadCount) }

    /// Calls that wait for a thread.
    package var queuedCount: Int { state.queued.load(ordering: .relaxed) }
    /// Threads inside the plugin.
    package var busyCount: Int { state.busy.load(ordering: .relaxed) }
    /// Calls that were given up and have not come back.
    package var abandonedCount: Int { state.abandoned.load(ordering: .relaxed) }
    /// Calls that were ever given up.
    package var abandonedTotal: UInt64 { state.abandonedTotal.load(ordering: .relaxed) }
    /// Whether calls wait, and did so for the last interval of the law.
    package var isOverloaded: Bool { queuedCount > 0 && state.law?.takesNewestFirst == true }
    /// Whether at least half of the threads are inside calls nobody waits for any more.
    package var isStuck: Bool { state.stuck.load(ordering: .relaxed) * 2 >= threadCount }
}

/// One thread of a pool.
private final class PoolThread {
    private let name: String
    private let priority: HandlerPool.Priority
    private let state: PoolState

    private init(_ name: String, _ priority: HandlerPool.Priority, _ state: PoolState) {
        self.name = name
        self.priority = priority
        self.state = state
    }

    static func start(name: String, _ priority: HandlerPool.Priority, _ state: PoolState) {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(PoolThread(name, priority, state)).toOpaque()
        let status = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<PoolThread>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            argument
        )
        precondition(
            status == 0,
            "cannot start a pool thread: \(String(cString: strerror(status)))"
        )
        pthread_detach(thread)
    }

    private func run() {
        linux_thread_set_name(name)
        if priority == .background { linux_thread_set_idle() }
        state.work()
    }
}
