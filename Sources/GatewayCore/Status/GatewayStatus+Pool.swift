// SPDX-License-Identifier: Apache-2.0
import PluginHost

extension GatewayStatus {
    /// The threads of a pooled version, as one look shows them.
    package struct Pool: Encodable, Equatable, Sendable {
        /// Its threads.
        package var threads: Int
        /// Threads inside the handler.
        package var busy: Int
        /// Calls that wait for a thread.
        package var queued: Int
        /// Calls that were given up and have not come back.
        package var abandoned: Int
        /// Calls wait, and every one did for the last interval: some are turned away.
        package var overloaded: Bool
        /// At least half of the threads are inside calls that were given up: the breaker opens.
        package var stuck: Bool

        /// Describes a pool.
        package init(
            threads: Int,
            busy: Int = 0,
            queued: Int = 0,
            abandoned: Int = 0,
            overloaded: Bool = false,
            stuck: Bool = false
        ) {
            self.threads = threads
            self.busy = busy
            self.queued = queued
            self.abandoned = abandoned
            self.overloaded = overloaded
            self.stuck = stuck
        }

        /// Looks at a pool.
        package init(_ pool: HandlerPool) {
            self.init(
                threads: pool.threadCount,
                busy: pool.busyCount,
                queued: pool.queuedCount,
                abandoned: pool.abandonedCount,
                overloaded: pool.isOverloaded,
                stuck: pool.isStuck
            )
        }
    }
}
