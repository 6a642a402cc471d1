// SPDX-License-Identifier: Apache-2.0

/// How a worker process is bounded and supervised.
package struct WorkerSettings: Hashable, Sendable, Codable {
    /// Private memory it may have resident; beyond it the worker is killed.
    package var memoryBytes: UInt64
    /// Calls it may have at once; more are refused.
    package var callsInFlight: Int
    /// How long after its deadline a call may stay away before the worker counts as hung.
    package var hangGraceNanoseconds: UInt64
    /// How long it may take from its start until it can be called, and to bind a snapshot.
    package var startNanosecondsMax: UInt64
    /// The wait before the first restart; it doubles with each end that follows.
    package var restartNanosecondsMin: UInt64
    /// The longest wait before a restart.
    package var restartNanosecondsMax: UInt64
    /// Ends within `crashLoopNanoseconds` that put the worker into quarantine.
    package var crashLoopCount: Int
    /// How long an end is remembered.
    package var crashLoopNanoseconds: UInt64
    /// How long a quarantine lasts before one more start is tried.
    package var quarantineNanoseconds: UInt64

    /// Settings; the defaults are those of the config.
    package init(
        memoryBytes: UInt64 = 512 << 20,
        callsInFlight: Int = 64,
        hangGraceNanoseconds: UInt64 = 500_000_000,
        startNanosecondsMax: UInt64 = 10_000_000_000,
        restartNanosecondsMin: UInt64 = 50_000_000,
        restartNanosecondsMax: UInt64 = 10_000_000_000,
        crashLoopCount: Int = 5,
        crashLoopNanoseconds: UInt64 = 60_000_000_000,
        quarantineNanoseconds: UInt64 = 300_000_000_000
    ) {
        self.memoryBytes = memoryBytes
        self.callsInFlight = callsInFlight
        self.hangGraceNanoseconds = hangGraceNanoseconds
        self.startNanosecondsMax = startNanosecondsMax
        self.restartNanosecondsMin = restartNanosecondsMin
        self.restartNanosecondsMax = restartNanosecondsMax
        self.crashLoopCount = crashLoopCount
        self.crashLoopNanoseconds = crashLoopNanoseconds
        self.quarantineNanoseconds = quarantineNanoseconds
    }
}
