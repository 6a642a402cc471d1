// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import Synchronization

/// A clock that moves when a test says so.
package final class ManualClock: Sendable {
    private let time = Atomic<UInt64>(1_000_000_000_000)

    /// A clock that shows a thousand seconds.
    package init() {}

    /// Monotonic nanoseconds.
    package var now: UInt64 { time.load(ordering: .relaxed) }

    /// Moves the clock forward.
    package func advance(milliseconds: UInt64) {
        time.wrappingAdd(milliseconds * 1_000_000, ordering: .relaxed)
    }

    /// The clocks of the core, both moved by this one.
    package var clock: GatewayClock {
        GatewayClock(
            monotonicNanoseconds: { self.now },
            unixMilliseconds: { Int64(self.now / 1_000_000) }
        )
    }
}
