// SPDX-License-Identifier: Apache-2.0
import Dispatch

/// Where bindings and models are released: one control thread, never an event loop or pool thread.
///
/// The last reference to a binding may fall on any thread, for instance with a call that came back
/// late; `unbind` may take its time and belongs on a control thread.
package enum RetirementQueue {
    private static let queue = DispatchQueue(label: "sluice.plugin.retirement")

    static func retire(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

    /// Waits until everything retired so far has been released.
    package static func drain() { queue.sync {} }
}
