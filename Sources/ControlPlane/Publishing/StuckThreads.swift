// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Counts loading threads whose work was given up and has not returned.
///
/// Nothing can end a thread inside a plugin, so each of them stays, with its stack and what it had
/// bound, until the plugin returns or the process ends.
package final class StuckThreads: Sendable {
    /// Plugins that hang at every attempt are no longer tried: each thread holds a snapshot in memory.
    static let countMaximum = 4

    private let stuck = Atomic(0)

    /// None so far.
    package init() {}

    /// Threads that are stuck now.
    package var count: Int { stuck.load(ordering: .relaxed) }

    /// Refuses to start another one when too many are stuck.
    func checkRoom() throws {
        guard count >= Self.countMaximum else { return }
        throw GatewayFault(
            "publishing",
            "\(count) loading threads are stuck in plugins that do not return: restart the gateway"
        )
    }

    /// Work that begins now.
    func begin() -> Attempt { Attempt(of: self) }

    /// One piece of work, which ends or is given up, or both in this order or the other.
    final class Attempt: Sendable {
        private enum State { case running, givenUp, ended }

        private let threads: StuckThreads
        private let state = Mutex(State.running)

        init(of threads: StuckThreads) { self.threads = threads }

        /// False when it has ended.
        func giveUp() -> Bool {
            state.withLock { state in
                guard state == .running else { return false }
                state = .givenUp
                threads.stuck.wrappingAdd(1, ordering: .relaxed)
                return true
            }
        }

        /// The work has returned.
        func end() {
            state.withLock { state in
                if state == .givenUp { threads.stuck.wrappingSubtract(1, ordering: .relaxed) }
                state = .ended
            }
        }
    }
}
