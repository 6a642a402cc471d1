// SPDX-License-Identifier: Apache-2.0

/// Spreads the bytes of a load over time, so that it leaves the disk and the memory bus to others.
///
/// A pure state machine. What a slow disk left unused is not made up for later.
struct LoadPace: Equatable, Sendable {
    private let bytesPerSecond: UInt64
    private var nextNanoseconds: UInt64

    init(bytesPerSecond: Int, now: UInt64) {
        self.bytesPerSecond = UInt64(max(1, bytesPerSecond))
        nextNanoseconds = now
    }

    /// How long to rest after another `byteCount` bytes, in nanoseconds.
    mutating func rest(afterBytes byteCount: Int, now: UInt64) -> UInt64 {
        nextNanoseconds += UInt64(byteCount) * 1_000_000_000 / bytesPerSecond
        if nextNanoseconds < now { nextNanoseconds = now }
        return nextNanoseconds - now
    }
}
