// SPDX-License-Identifier: Apache-2.0

/// When a run starts, when it begins to count and when it ends, on the monotonic clock.
struct RunClock: Sendable {
    /// The schedule's zero.
    let start: UInt64
    /// From here on requests count.
    let scoredFrom: UInt64
    /// The end of the schedule.
    let end: UInt64
    /// Where each phase ends, and whether its requests count.
    private let phases: [(end: UInt64, isScored: Bool)]

    init(start: UInt64, settings: LoadSettings) {
        self.start = start
        scoredFrom = start + UInt64(settings.warmUpSeconds * 1e9)
        end = scoredFrom + UInt64(settings.durationSeconds * 1e9)
        var passed = settings.warmUpSeconds
        phases = settings.phases.map { phase in
            passed += phase.durationSeconds
            return (start + UInt64(passed * 1e9), phase.isScored)
        }
    }

    /// The phase of a request that was due then, not before the phase `earliest`.
    func phase(of intended: UInt64, from earliest: Int) -> Int {
        var phase = earliest
        while phase < phases.count - 1, intended >= phases[phase].end { phase += 1 }
        return phase
    }

    func isScored(_ intended: UInt64, inPhase phase: Int) -> Bool {
        intended >= scoredFrom && phases[phase].isScored
    }

    var emptyBacklog: BacklogTrace {
        BacklogTrace(startNanoseconds: scoredFrom, durationNanoseconds: end - scoredFrom)
    }
}
