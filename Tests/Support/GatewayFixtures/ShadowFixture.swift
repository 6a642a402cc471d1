// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import PluginHost
import Synchronization
import TestSupport

/// The shadow role of a version, with a pool of its own.
package struct ShadowFixture {
    /// How many calls have come back.
    private final class EndedCount: Sendable {
        let value = Atomic<Int>(0)
    }

    /// How much it sees and how long it may take.
    package let settings: ShadowSettings
    /// Where its calls run.
    package let pool: HandlerPool
    /// Its calls in flight.
    package let meter: ShadowMeter
    private let ended = EndedCount()

    /// Calls that have come back from the pool, compared or not.
    package var endedCount: Int { ended.value.load(ordering: .acquiring) }

    /// A shadow that samples everything, unless told otherwise.
    package init(
        sampleBasisPoints: Int = 10_000,
        budgetMilliseconds: UInt64 = 200,
        inFlightMaximum: Int = 8
    ) {
        settings = ShadowSettings(
            sampleBasisPoints: sampleBasisPoints,
            budgetNanoseconds: budgetMilliseconds * 1_000_000
        )
        meter = ShadowMeter(inFlightMaximum: inFlightMaximum)
        pool = HandlerPool(
            name: "shadow",
            threads: 1,
            queueCapacity: inFlightMaximum,
            readers: SnapshotHost.readers,
            completion: { [ended] call, status in
                let isTaken = ShadowReturns.take(call, status: status)
                precondition(isTaken, "a live call came from a shadow's pool")
                ended.value.wrappingAdd(1, ordering: .releasing)
            }
        )
    }
}
