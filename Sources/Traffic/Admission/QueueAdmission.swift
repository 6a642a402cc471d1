// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Decides which calls may wait for a handler's threads, and which are worth a thread's time.
///
/// A call is refused at once when it would wait past its deadline, so that a lower rung answers it
/// now instead of at the deadline. While the queue stands, what has waited for twice the target is
/// not run, and the newest call is run first: it has the best chance to be in time.
///
/// Concurrency: any number of threads, without locks. Two threads that end a call at the same time
/// may count one. Times are monotonic nanoseconds.
package final class QueueAdmission: Sendable {
    private let settings: OverloadSettings
    private let parallelism: UInt64
    private let delay = Atomic<UInt64>(QueueDelay().bits)
    private let service = Atomic<UInt64>(0)

    /// Calls over which the time of one is averaged.
    private static let serviceCalls: UInt64 = 8
    /// The target is worth as many calls at least (RFC 8289 §4.4).
    private static let targetServices: UInt64 = 2

    /// A queue before `parallelism` threads; before one, where calls run one at a time.
    package init(settings: OverloadSettings, parallelism: Int) {
        self.settings = settings
        self.parallelism = UInt64(max(parallelism, 1))
    }

    /// Whether the queue stands: in the last interval every call waited.
    package var isOverloaded: Bool { QueueDelay(bits: delay.load(ordering: .relaxed)).isOverloaded }

    /// What one call takes of a thread, on average.
    package var serviceNanoseconds: UInt64 { service.load(ordering: .relaxed) }

    /// How long a call waits that comes behind `ahead` others, those at work among them.
    package func predictedWaitNanoseconds(ahead: Int) -> UInt64 {
        let before = UInt64(max(ahead, 0)) + 1
        guard before > parallelism else { return 0 }
        return (before - parallelism) * serviceNanoseconds / parallelism
    }

    /// Whether a call may join the queue behind `ahead` others.
    package func admits(ahead: Int, deadline: UInt64, now: UInt64) -> Bool {
        let wait = predictedWaitNanoseconds(ahead: ahead)
        if wait > 0, wait.plus(serviceNanoseconds) > deadline.minus(now) { return false }
        return !(isOverloaded && wait > limit)
    }

    /// Whether a thread should run the call it took from the queue.
    package func admitsExecution(queuedAt: UInt64, deadline: UInt64, now: UInt64) -> Bool {
        let waited = now.minus(queuedAt)
        let isStanding = observe(waited, now)
        if now.plus(serviceNanoseconds) > deadline, waited > settings.targetNanoseconds {
            return false
        }
        return !(isStanding && waited > limit)
    }

    /// Takes in the time one call took of its thread.
    package func executed(nanoseconds: UInt64) {
        let mean = serviceNanoseconds
        let next =
            mean == 0
            ? nanoseconds : (mean * (Self.serviceCalls - 1) + nanoseconds) / Self.serviceCalls
        service.store(next, ordering: .relaxed)
    }

    /// The wait beyond which a call is turned away while the queue stands.
    private var limit: UInt64 { 2 * target }

    private var target: UInt64 {
        max(settings.targetNanoseconds, Self.targetServices * serviceNanoseconds)
    }

    private func observe(_ waited: UInt64, _ now: UInt64) -> Bool {
        var bits = delay.load(ordering: .relaxed)
        while true {
            var next = QueueDelay(bits: bits)
            next.observe(
                nanoseconds: waited,
                now: now,
                target: target,
                interval: max(settings.intervalNanoseconds, 4 * target)
            )
            if next.bits == bits { return next.isOverloaded }
            let (exchanged, current) = delay.compareExchange(
                expected: bits,
                desired: next.bits,
                ordering: .relaxed
            )
            if exchanged { return next.isOverloaded }
            bits = current
        }
    }
}
