// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The clock of every time in a run.
enum MonotonicClock {
    /// Nanoseconds since the machine started.
    static func now() -> UInt64 {
        var time = timespec()
        // Fails only for a clock that does not exist.
        guard clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
