// SPDX-License-Identifier: Apache-2.0

/// Why a worker process ended.
package enum WorkerEnd: String, Sendable, CaseIterable, Codable {
    /// By itself: a signal or an exit nobody asked for.
    case crashed
    /// Killed: a call stayed away past its deadline and the grace, or a start or bind took too long.
    case hung
    /// Killed, or failed, at its memory limit.
    case memory
    /// Killed: it wrote what no sound worker writes.
    case `protocol`
    /// It could not start, or refused the model.
    case refused
}

/// Decides when a worker process is started, restarted and given up.
///
/// A pure state machine: time goes in, what to do comes out.
package struct WorkerSupervision: Sendable, Equatable {
    /// Where a worker is in its life.
    package enum State: Sendable, Equatable {
        /// Its process runs, but takes no calls yet; it must be ready by then.
        case starting(until: UInt64)
        /// It takes calls.
        case ready
        /// It ended and starts again at that time.
        case restarting(at: UInt64)
        /// It ended too often; one more start is tried at that time.
        case quarantined(until: UInt64)
        /// Nobody needs it any more.
        case stopped
    }

    /// What the supervisor has to do.
    package enum Action: Sendable, Equatable {
        case none
        /// Start a process.
        case start
        /// Kill the process, for that reason; `ended` follows.
        case kill(WorkerEnd)
    }

    /// Where the worker is.
    package private(set) var state: State
    private let settings: WorkerSettings
    /// When it ended, oldest first; as many as make a crash loop.
    private var ends: [UInt64] = []
    /// Until then one end is enough: the worker comes from quarantine.
    private var trialEnds: UInt64 = 0

    /// A worker whose first process starts at `now`.
    package init(_ settings: WorkerSettings, now: UInt64) {
        self.settings = settings
        state = .starting(until: now &+ settings.startNanosecondsMax)
    }

    /// Whether the worker takes calls.
    package var isReady: Bool { state == .ready }

    /// The process takes calls from now on.
    package mutating func becameReady() {
        if case .starting = state { state = .ready }
    }

    /// Time has come to `now`.
    package mutating func tick(now: UInt64) -> Action {
        switch state {
        case .starting(let until) where now >= until:
            // The end follows; until then nothing else is to be done.
            state = .starting(until: .max)
            return .kill(.hung)
        case .restarting(let time) where now >= time:
            return start(now)
        case .quarantined(let time) where now >= time:
            trialEnds = now &+ settings.crashLoopNanoseconds
            return start(now)
        default: return .none
        }
    }

    /// The process ended at `now`.
    package mutating func ended(now: UInt64) {
        guard state != .stopped else { return }
        ends.append(now)
        ends.removeAll { now &- $0 > settings.crashLoopNanoseconds }
        if ends.count > settings.crashLoopCount { ends.removeFirst() }
        state =
            ends.count >= settings.crashLoopCount || now < trialEnds
            ? .quarantined(until: now &+ settings.quarantineNanoseconds)
            : .restarting(at: now &+ delay)
    }

    /// Nobody needs the worker any more.
    package mutating func stop() { state = .stopped }

    /// When `tick` has something to do; nil when only events do.
    package var nextTime: UInt64? {
        switch state {
        case .starting(let time), .restarting(let time), .quarantined(let time):
            time == .max ? nil : time
        case .ready, .stopped: nil
        }
    }

    private mutating func start(_ now: UInt64) -> Action {
        state = .starting(until: now &+ settings.startNanosecondsMax)
        return .start
    }

    /// Doubles with each remembered end.
    private var delay: UInt64 {
        let doublings = min(max(ends.count - 1, 0), 32)
        let (delay, overflow) = settings.restartNanosecondsMin.multipliedReportingOverflow(
            by: 1 << UInt64(doublings)
        )
        return overflow
            ? settings.restartNanosecondsMax : min(delay, settings.restartNanosecondsMax)
    }
}
