// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A pool without threads: its owner decides when a call enters the plugin and when it leaves.
///
/// Everything but the threads is that of `HandlerPool`: queue, phases, completions, counts. A
/// simulation runs calls on virtual time with it. Serial models are not taken.
///
/// Concurrency: one thread.
package final class SteppedPool {
    /// A call inside the plugin, until `end`.
    package struct Execution {
        fileprivate let pooled: PooledCall

        /// The call.
        package var call: HandlerCall { pooled.call }
    }

    private let state: PoolState
    private let threadCount: Int
    private var readers: ReaderCache

    /// A pool that stands for `threads` threads, under a law if there is one.
    package init(
        threads: Int,
        queueCapacity: Int,
        law: (any QueueLaw)? = nil,
        readers: ReaderProvider,
        completion: @escaping HandlerPool.Completion
    ) {
        threadCount = threads
        self.readers = ReaderCache(readers)
        state = PoolState(
            queueCapacity: queueCapacity,
            law: law,
            readers: readers,
            completion: completion
        )
    }

    deinit { readers.removeAll() }

    /// Hands a call over; false when the queue is full.
    package func submit(_ call: HandlerCall, binding: ModelBinding) -> Bool {
        precondition(binding.model.lane == nil, "a stepped pool takes no serial model")
        return state.submit(call, binding)
    }

    /// Gives a call up; its completion still comes.
    package func abandon(_ call: HandlerCall) { _ = state.abandon(call) }

    /// How far a call has come.
    package func progress(of call: HandlerCall) -> CallProgress { call.progress }

    /// Lets the next call enter the plugin; nil when none waits or every thread is inside one.
    ///
    /// Calls that were given up while they waited end on the way.
    package func begin() -> Execution? {
        while state.busy.load(ordering: .relaxed) < threadCount {
            guard let pooled = state.nextItem()?.call else { return nil }
            if state.begin(pooled) { return Execution(pooled: pooled) }
        }
        return nil
    }

    /// Runs the plugin's code and lets the call leave it.
    package func end(_ execution: Execution) { state.end(execution.pooled, &readers) }

    /// Whether at least half of the threads are inside calls nobody waits for any more.
    package var isStuck: Bool { state.stuck.load(ordering: .relaxed) * 2 >= threadCount }
}
