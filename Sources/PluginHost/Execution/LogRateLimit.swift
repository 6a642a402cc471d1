// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// Lets a fixed number of log lines through in every second and counts the others.
final class LogRateLimit: Sendable {
    private let linesPerSecond: UInt32
    /// The second in the upper half, the lines let through in it in the lower.
    private let window = Atomic<UInt64>(0)
    private let dropped = Atomic<UInt64>(0)

    init(linesPerSecond: UInt32) { self.linesPerSecond = linesPerSecond }

    var droppedCount: UInt64 { dropped.load(ordering: .relaxed) }

    func allows(at nanoseconds: UInt64) -> Bool {
        let second = nanoseconds / 1_000_000_000 & UInt64(UInt32.max)
        while true {
            let old = window.load(ordering: .relaxed)
            let lines = old >> 32 == second ? old & UInt64(UInt32.max) : 0
            guard lines < UInt64(linesPerSecond) else {
                dropped.wrappingAdd(1, ordering: .relaxed)
                return false
            }
            let new = second << 32 | (lines + 1)
            if window.compareExchange(expected: old, desired: new, ordering: .relaxed).exchanged {
                return true
            }
        }
    }
}
