// SPDX-License-Identifier: Apache-2.0
import GatewayCore

/// The serving half of the gateway, as the control plane drives it.
package protocol DataPlane: Sendable {
    /// The port it listens on.
    var port: Int { get }
    /// Answers from another state; returns when every event loop has taken it.
    func adopt(_ state: ServingState) async throws
    /// What was asked of the event loops lately.
    func recordedRequests() async throws -> [RecordedRequest]
    /// Returns once every event loop has had a turn.
    func turn() async throws
    /// Tells clients to leave while listeners still accept.
    func announceDraining() async throws
    /// Stops accepting, finishes what is at work, and closes the rest after the timeout.
    func drain(timeoutNanoseconds: UInt64) async throws
}
