// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import PluginHost

/// The shadow role of a version, with a pool of its own.
package struct ShadowFixture {
    /// How much it sees and how long it may take.
    package var settings: ShadowSettings
    /// Where its calls run.
    package let pool: HandlerPool
    /// Its calls in flight.
    package let meter: ShadowMeter

    /// A shadow that samples everything, unless told otherwise.
    package init(
        sampleBasisPoints: Int = 10_000,
        budgetMilliseconds: UInt64 = 200,
        inFlightMaximum: Int = 8,
        threads: Int = 1,
        readers: ReaderProvider
    ) {
        settings = ShadowSettings(
            sampleBasisPoints: sampleBasisPoints,
            budgetNanoseconds: budgetMilliseconds * 1_000_000
        )
        meter = ShadowMeter(inFlightMaximum: inFlightMaximum)
        pool = HandlerPool(
            name: "shadow",
            threads: threads,
            queueCapacity: inFlightMaximum,
            readers: readers,
            completion: { call, status in
                let isTaken = ShadowReturns.take(call, status: status)
                precondition(isTaken, "a live call came from a shadow's pool")
            }
        )
    }
}
