// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import PluginHost
import Synchronization

/// Brings calls that pools have finished back to the loop that owns them.
///
/// Pools exist before the data plane listens, so its way back is set later.
package final class PoolReturns: Sendable {
    /// A way back to the loops.
    ///
    /// A struct, because a closure that lies bare in a `Mutex` is wrapped once more each time it is
    /// read.
    private struct Delivery {
        let deliver: @Sendable (_ call: HandlerCall, _ status: Int32) -> Void
    }

    private let delivery = Mutex<Delivery?>(nil)
    private let clock = GatewayClock.system
    /// Calls of the control plane's own.
    let rehearsals = RehearsalCalls()

    /// Returns that lead nowhere until `connect`.
    package init() {}

    /// Sets the way back.
    ///
    /// `deliver` is called on a pool's thread and must not block.
    package func connect(
        _ deliver: @escaping @Sendable (_ call: HandlerCall, _ status: Int32) -> Void
    ) {
        delivery.withLock { $0 = Delivery(deliver: deliver) }
    }

    func deliver(_ call: HandlerCall, _ status: Int32) {
        if ShadowReturns.take(call, status: status) { return }
        call.endedNanoseconds = clock.monotonicNanoseconds()
        guard !CallMark(of: call).isRehearsal else { return rehearsals.ended(call, status) }
        delivery.withLock { $0 }?.deliver(call, status)
    }
}
