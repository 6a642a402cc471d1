// SPDX-License-Identifier: Apache-2.0

/// The queue of a version that cannot be bound to the snapshot: it takes no call.
///
/// It says it is stuck, so that the version's breaker opens and requests go to the next rung at once.
package final class WithheldCalls: CallQueue {
    /// A queue for any number of versions.
    package init() {}

    /// Takes nothing.
    package func submit(_ call: HandlerCall) -> Bool {
        call.refusal = .unavailable
        return false
    }

    /// Never has a call to give up.
    package func abandon(_ call: HandlerCall) {}

    /// Always: new calls should not be sent.
    package var isStuck: Bool { true }
}
