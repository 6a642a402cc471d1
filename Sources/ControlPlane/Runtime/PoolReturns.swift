// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Synchronization

/// Brings calls that pools have finished back to the loop that owns them.
///
/// Pools exist before the data plane listens, so its way back is set later.
package final class PoolReturns: Sendable {
    /// Hands a call to its loop. Called on a pool's thread; must not block.
    package typealias Delivery = @Sendable (_ call: HandlerCall, _ status: Int32) -> Void

    private let delivery = Mutex<Delivery?>(nil)

    /// Returns that lead nowhere until `connect`.
    package init() {}

    /// Sets the way back.
    package func connect(_ delivery: @escaping Delivery) {
        self.delivery.withLock { $0 = delivery }
    }

    func deliver(_ call: HandlerCall, _ status: Int32) {
        delivery.withLock { $0 }?(call, status)
    }
}
