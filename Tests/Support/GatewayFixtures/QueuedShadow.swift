// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import PluginHost

/// The shadow role of a version whose calls run in a queue of the caller's.
package struct QueuedShadow {
    /// How much it sees and how long it may take.
    package let settings: ShadowSettings
    /// Where its calls run.
    package let queue: any CallQueue
    /// Its calls in flight.
    package let meter: ShadowMeter

    /// Gathers the parts of a shadow.
    package init(settings: ShadowSettings, queue: any CallQueue, meter: ShadowMeter) {
        self.settings = settings
        self.queue = queue
        self.meter = meter
    }
}
