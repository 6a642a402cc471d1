// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import GatewayFixtures
import PluginHost

/// The shadow role of one version: its own threads, budget and bound of calls in flight.
final class SimulatedShadow {
    /// Calls in flight at once.
    static let inFlightMaximum = 4
    private static let settings = ShadowSettings(
        sampleBasisPoints: 6_000,
        budgetNanoseconds: 30_000_000
    )

    let meter = ShadowMeter(inFlightMaximum: inFlightMaximum)
    let pool: SimulatedPool

    init(_ world: World) {
        pool = SimulatedPool(world, .shadow) { [unowned world] in world.shadowEnded($0, $1) }
    }

    /// The role for a state whose snapshot it is bound to.
    func role(on bound: Stage.Bound) -> QueuedShadow {
        QueuedShadow(
            settings: Self.settings,
            queue: SimulatedQueue(bound, on: pool),
            meter: meter
        )
    }
}
