// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What all event loops share of one shadow, kept across snapshots: its calls in flight, and the
/// largest price difference it ever had.
package final class ShadowMeter: Sendable {
    private let inFlight = Atomic<Int>(0)
    private let largestDelta = Atomic<UInt64>(0)
    private let inFlightMaximum: Int

    /// A meter that lets so many calls be in flight at once, over all loops.
    package init(inFlightMaximum: Int) {
        self.inFlightMaximum = inFlightMaximum
    }

    /// Calls that have not come back, late ones included.
    package var inFlightCount: Int { inFlight.load(ordering: .relaxed) }

    /// The largest price difference, up or down, in millionths of the live price.
    package var largestDeltaMillionths: UInt64 { largestDelta.load(ordering: .relaxed) }

    /// Lets one more call begin; false when as many as may be are in flight.
    func enter() -> Bool {
        let count = inFlight.wrappingAdd(1, ordering: .relaxed).newValue
        if count <= inFlightMaximum { return true }
        leave()
        return false
    }

    func leave() {
        inFlight.wrappingSubtract(1, ordering: .relaxed)
    }

    func observe(deltaMillionths: UInt64) {
        largestDelta.max(deltaMillionths, ordering: .relaxed)
    }
}
