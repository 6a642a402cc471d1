// SPDX-License-Identifier: Apache-2.0
import GatewayCore
import SocketActivation

/// The serving half of the gateway, as the control plane drives it.
package protocol DataPlane: Sendable {
    /// The port it listens on.
    var port: Int { get }
    /// What it accepts from.
    var sockets: [ListeningSocket] { get }
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
    /// Leaves new connections to whoever accepts from its sockets next.
    func stopAccepting() async
    /// Accepts from its sockets again, because nobody else does.
    func resumeAccepting() async throws
    /// Stops accepting, lets each connection have a last reply, and closes the rest after the timeout.
    func handOver(timeoutNanoseconds: UInt64) async throws
}
