// SPDX-License-Identifier: Apache-2.0

/// When a run starts, when it begins to count and when it ends, on the monotonic clock.
struct RunClock: Sendable {
    /// The schedule's zero.
    let start: UInt64
    /// From here on requests count.
    let scoredFrom: UInt64
    /// The end of the schedule.
    let end: UInt64

    init(start: UInt64, settings: LoadSettings) {
        self.start = start
        scoredFrom = start + UInt64(settings.warmUpSeconds * 1e9)
        end = scoredFrom + UInt64(settings.scoredSeconds * 1e9)
    }

    func isScored(_ intended: UInt64) -> Bool { intended >= scoredFrom }

    var emptyBacklog: BacklogTrace {
        BacklogTrace(startNanoseconds: scoredFrom, durationNanoseconds: end - scoredFrom)
    }
}
