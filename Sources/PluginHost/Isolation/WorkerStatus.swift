// SPDX-License-Identifier: Apache-2.0

/// What a worker is doing, for status, metrics and readiness.
package struct WorkerStatus: Sendable, Equatable {
    /// The states a worker shows to people and metrics.
    package enum State: String, CaseIterable, Sendable {
        case starting, ready, restarting, quarantined, stopped
    }

    /// Where it is in its life.
    package var state: State = .starting
    /// Its process; nil while none runs.
    package var processIdentifier: Int32?
    /// When the state began, on the monotonic clock.
    package var sinceNanoseconds: UInt64 = 0
    /// Processes that ended, by reason.
    package var endCounts: [WorkerEnd: UInt64] = [:]
    /// How the last process ended, in words; nil before the first end.
    package var lastEnd: String?
    /// Calls it has.
    package var callsInFlight = 0
    /// Replies that named no call in flight, ever.
    package var strayReplyCount: UInt64 = 0
    /// Private memory of the process at the last look.
    package var memoryBytes: UInt64 = 0
    /// What the process gave up before it loaded the plugin.
    package var sandbox = SandboxReport(active: [], missing: [])
}

extension WorkerStatus.State {
    init(_ state: WorkerSupervision.State) {
        switch state {
        case .starting: self = .starting
        case .ready: self = .ready
        case .restarting: self = .restarting
        case .quarantined: self = .quarantined
        case .stopped: self = .stopped
        }
    }
}
