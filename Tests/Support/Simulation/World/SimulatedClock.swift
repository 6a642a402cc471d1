// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import NIOCore
import NIOEmbedded

/// The clocks of a run: the embedded loop's time, ahead of it while the process stood still.
///
/// `@unchecked Sendable` because a run has one thread.
package final class SimulatedClock: @unchecked Sendable {
    /// The loop all of a run happens on.
    package let loop = EmbeddedEventLoop()
    /// Nanoseconds in which the process stood still: an inline handler held the thread.
    package private(set) var stalledNanoseconds: UInt64 = 0
    /// What the wall clock shows beyond the monotonic one, in milliseconds.
    package var wallOffsetMilliseconds: Int64 = 1_700_000_000_000
    /// Until then the process stands still.
    private var floor: UInt64
    private var isElsewhere = false

    /// Clocks that begin at a moment.
    package init(startNanoseconds: UInt64) {
        floor = startNanoseconds
        loop.advanceTime(to: .uptimeNanoseconds(startNanoseconds))
    }

    /// Monotonic nanoseconds, as whoever runs now sees them.
    package var now: UInt64 { isElsewhere ? worldNow : max(worldNow, floor) }

    /// What the process had stood still by now; its own clock may be ahead of who asks.
    package var stalledBeforeNow: UInt64 {
        stalledNanoseconds - (floor > now ? floor - now : 0)
    }

    private var worldNow: UInt64 { loop.now.uptimeNanoseconds }

    /// Whether the process does not stand still.
    package var isAwake: Bool { worldNow >= floor }

    /// Does what happens on another machine or core, where nothing stands still.
    package func elsewhere(_ body: () -> Void) {
        let before = isElsewhere
        isElsewhere = true
        body()
        isElsewhere = before
    }

    /// Does something once the process does not stand still.
    package func whenAwake(_ body: @escaping () -> Void) {
        loop.scheduleTask(deadline: .uptimeNanoseconds(max(worldNow, floor)), body)
    }

    /// Lets the process stand still.
    package func stall(nanoseconds: UInt64) {
        floor = max(now, floor) + nanoseconds
        stalledNanoseconds += nanoseconds
    }

    /// Does something later.
    package func after(nanoseconds: UInt64, _ body: @escaping () -> Void) {
        loop.scheduleTask(deadline: .uptimeNanoseconds(now + nanoseconds), body)
    }

    /// Lets virtual time pass.
    package func advance(nanoseconds: UInt64) {
        loop.advanceTime(to: .uptimeNanoseconds(now + nanoseconds))
    }

    /// The clocks as the core takes them.
    package var gatewayClock: GatewayClock {
        GatewayClock(
            monotonicNanoseconds: { self.now },
            unixMilliseconds: { Int64(self.now / 1_000_000) + self.wallOffsetMilliseconds }
        )
    }
}
