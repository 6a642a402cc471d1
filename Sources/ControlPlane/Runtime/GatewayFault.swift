// SPDX-License-Identifier: Apache-2.0

/// Why the gateway cannot serve what it was asked to serve; the state before it stays in force.
package struct GatewayFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The model, plugin, file or snapshot at fault.
    package let subject: String
    /// What was expected and what was found.
    package let message: String

    init(_ subject: String, _ message: String) {
        self.subject = subject
        self.message = message
    }

    /// The fault for somebody who knows the subject.
    func message(omitting known: String) -> String { subject == known ? message : description }

    /// One line for the operator.
    package var description: String { "\(subject): \(message)" }
}
