// SPDX-License-Identifier: Apache-2.0

/// Decides which calls may wait for a pool's threads, and which are worth a thread's time.
///
/// Asked from every thread that submits or runs calls: no locks, no allocation. Times are monotonic
/// nanoseconds of the clock that deadlines are on.
package protocol QueueLaw: Sendable {
    /// Now.
    var nowNanoseconds: UInt64 { get }
    /// Whether calls that are in no order among themselves run newest first.
    var takesNewestFirst: Bool { get }
    /// Whether a call may join the queue behind `ahead` others, those at work among them.
    func admits(ahead: Int, deadline: UInt64, now: UInt64) -> Bool
    /// Whether a thread should run the call it took from the queue.
    func admitsExecution(queuedAt: UInt64, deadline: UInt64, now: UInt64) -> Bool
    /// Takes in the time one call took of its thread.
    func executed(nanoseconds: UInt64)
}

/// Why a queue did not run a call.
package enum QueueRefusal: Sendable {
    /// The queue was full.
    case full
    /// It would have waited past its deadline, or too long for a queue that stands.
    case predicted
    /// It had waited too long when a thread came to it.
    case late
    /// Nothing runs behind the queue.
    case unavailable
}
