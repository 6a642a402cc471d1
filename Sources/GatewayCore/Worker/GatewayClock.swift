// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The clocks of the core, injected so that tests and simulations own the time.
package struct GatewayClock: Sendable {
    /// Nanoseconds on a clock that never goes back: deadlines and durations.
    package let monotonicNanoseconds: @Sendable () -> UInt64
    /// Milliseconds since 1970: what a handler sees as "now".
    package let unixMilliseconds: @Sendable () -> Int64

    /// Makes clocks from two functions.
    package init(
        monotonicNanoseconds: @escaping @Sendable () -> UInt64,
        unixMilliseconds: @escaping @Sendable () -> Int64
    ) {
        self.monotonicNanoseconds = monotonicNanoseconds
        self.unixMilliseconds = unixMilliseconds
    }

    /// The system's clocks.
    package static let system = GatewayClock(
        monotonicNanoseconds: { read(CLOCK_MONOTONIC, unitsPerSecond: 1_000_000_000) },
        unixMilliseconds: { Int64(read(CLOCK_REALTIME, unitsPerSecond: 1_000)) }
    )

    private static func read(_ clock: clockid_t, unitsPerSecond: UInt64) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        let nanosecondsPerUnit = 1_000_000_000 / unitsPerSecond
        return UInt64(time.tv_sec) * unitsPerSecond + UInt64(time.tv_nsec) / nanosecondsPerUnit
    }
}
