// SPDX-License-Identifier: Apache-2.0

/// Whether this gateway should be sent traffic.
package struct Readiness: Equatable, Sendable {
    /// True when nothing stands in the way.
    package var ready: Bool
    /// What stands in the way, in words for an operator; empty when ready.
    package var reasons: [String]
    /// What an operator should know although it does not stand in the way.
    package var notes: [String]

    /// Ready exactly when there is no reason not to be.
    package init(reasons: [String] = [], notes: [String] = []) {
        self.ready = reasons.isEmpty
        self.reasons = reasons
        self.notes = notes
    }
}
