// SPDX-License-Identifier: Apache-2.0
import CSluice
import Glibc

/// What the gateway lends the plugin host to serve plugins with.
///
/// Concurrency: every function may be called from any thread and must not block.
package struct PluginHostServices: Sendable {
    /// Writes one line of a plugin.
    ///
    /// The bytes are UTF-8 in good plugins only, and valid during the call.
    package typealias Log =
        @Sendable (_ level: LogLevel, _ plugin: String, _ text: UnsafeRawBufferPointer) -> Void
    /// The row of a key, by the reader the call was executed with; `SLUICE_NO_ROW` when absent.
    package typealias FindRow =
        @convention(c) @Sendable (_ reader: UnsafeMutableRawPointer, UInt32, sluice_bytes) -> UInt32
    /// A large value by the snapshot's `host_snapshot`; `{NULL, 0}` when absent.
    package typealias Blob =
        @convention(c) @Sendable (_ snapshot: UnsafeMutableRawPointer, sluice_bytes) -> sluice_bytes

    let log: Log
    let monotonicNanoseconds: @Sendable () -> UInt64
    let findRow: FindRow
    let blob: Blob

    /// Services with the given functions; the clock is CLOCK_MONOTONIC unless a manual one is given.
    package init(
        log: @escaping Log,
        monotonicNanoseconds: @escaping @Sendable () -> UInt64 = { MonotonicClock.nanoseconds },
        findRow: @escaping FindRow,
        blob: @escaping Blob
    ) {
        self.log = log
        self.monotonicNanoseconds = monotonicNanoseconds
        self.findRow = findRow
        self.blob = blob
    }
}

/// How serious a plugin means a line to be.
package enum LogLevel: UInt32, Sendable, Comparable {
    case debug = 1
    case info = 2
    case warning = 3
    case error = 4

    /// The lower of the two.
    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// CLOCK_MONOTONIC, the clock of every deadline.
package enum MonotonicClock {
    /// Nanoseconds since some fixed moment.
    package static var nanoseconds: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}
