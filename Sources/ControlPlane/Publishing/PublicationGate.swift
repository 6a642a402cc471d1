// SPDX-License-Identifier: Apache-2.0
import GatewayCore

/// Somebody who has a say before a state serves, such as a comparison with the one that does.
package struct PublicationGate: Sendable {
    /// Looks at what is about to serve and what serves now.
    ///
    /// Throwing refuses it; the error's description is what the operator reads.
    package typealias Ask =
        @Sendable (_ next: ServingState, _ serving: ServingState) async throws -> Void

    let ask: Ask

    /// A gate that asks with `ask`.
    package init(_ ask: @escaping Ask) { self.ask = ask }
}
