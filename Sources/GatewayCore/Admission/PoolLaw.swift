// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Traffic

/// The law of one handler's queue, on the gateway's clock.
package struct PoolLaw: QueueLaw {
    private let admission: QueueAdmission
    private let clock: GatewayClock

    /// A law for a queue before `parallelism` threads.
    package init(_ settings: OverloadSettings, parallelism: Int, clock: GatewayClock) {
        admission = QueueAdmission(settings: settings, parallelism: parallelism)
        self.clock = clock
    }

    /// Now.
    package var nowNanoseconds: UInt64 { clock.monotonicNanoseconds() }

    /// While the queue stands.
    package var takesNewestFirst: Bool { admission.isOverloaded }

    /// Whether a call may join the queue behind `ahead` others, those at work among them.
    package func admits(ahead: Int, deadline: UInt64, now: UInt64) -> Bool {
        admission.admits(ahead: ahead, deadline: deadline, now: now)
    }

    /// Whether a thread should run the call it took from the queue.
    package func admitsExecution(queuedAt: UInt64, deadline: UInt64, now: UInt64) -> Bool {
        admission.admitsExecution(queuedAt: queuedAt, deadline: deadline, now: now)
    }

    /// Takes in the time one call took of its thread.
    package func executed(nanoseconds: UInt64) { admission.executed(nanoseconds: nanoseconds) }
}

extension QueueRefusal {
    /// Where the call was turned away; nil when nobody could have taken it.
    var stage: ShedStage? {
        switch self {
        case .unavailable: nil
        case .full: .queue
        case .predicted: .predicted
        case .late: .dequeue
        }
    }
}
