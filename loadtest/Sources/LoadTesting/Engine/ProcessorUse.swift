// SPDX-License-Identifier: Apache-2.0
import Glibc

/// CPU time of a thread that sends, without what it spent waiting for the next request's time.
struct ProcessorUse {
    private var seconds = 0.0
    private var pollingNanoseconds: UInt64 = 0

    /// CPU seconds of real work.
    var busySeconds: Double { max(0, seconds - Double(pollingNanoseconds) / 1e9) }

    /// Begins to measure the calling thread.
    mutating func begin() { seconds = -Self.ofThisThread }

    /// Ends to measure the calling thread.
    mutating func end() { seconds += Self.ofThisThread }

    /// Notes a turn of the loop that asked for events and had none.
    mutating func addPolling(nanoseconds: UInt64) { pollingNanoseconds += nanoseconds }

    /// Seconds this thread has computed, in user and kernel mode, as the kernel counts them.
    private static var ofThisThread: Double {
        var time = timespec()
        // Fails only for a clock that does not exist.
        guard clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
