// SPDX-License-Identifier: Apache-2.0
import Glibc

/// CPU time as the kernel counts it.
enum ProcessorTime {
    /// Seconds this thread has computed, in user and kernel mode.
    static var ofThisThread: Double {
        var time = timespec()
        // Fails only for a clock that does not exist.
        guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
