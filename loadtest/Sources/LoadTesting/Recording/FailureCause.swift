// SPDX-License-Identifier: Apache-2.0

/// Why a request has no good answer.
package enum FailureCause: Int, CaseIterable, Sendable {
    /// Nobody listens at the target.
    case refused
    /// The target's address leads nowhere, or its name means nothing.
    case unreachable
    /// This process has no file descriptor or port left.
    case outOfDescriptors
    /// The connection ended before the reply began.
    case closedBeforeReply
    /// The connection ended within the reply.
    case closedInReply
    /// No whole reply in time.
    case timeout
    /// No free connection in time.
    case connectionWait
    /// The reply is not HTTP/1.1, or too large.
    case malformed
    /// A status that is neither expected nor shedding.
    case status
    /// The body is not JSON where it has to be.
    case notJSON
    /// The body lacks what was asked for: a price for each line, a list of items.
    case incomplete

    /// The cause as the JSON report names it.
    package var name: String {
        switch self {
        case .refused: "refused"
        case .unreachable: "unreachable"
        case .outOfDescriptors: "out_of_descriptors"
        case .closedBeforeReply: "closed_before_reply"
        case .closedInReply: "closed_in_reply"
        case .timeout: "timeout"
        case .connectionWait: "connection_wait"
        case .malformed: "malformed"
        case .status: "status"
        case .notJSON: "not_json"
        case .incomplete: "incomplete"
        }
    }

    /// The cause of a name; nil for one this tool does not know.
    package init?(name: String) {
        guard let cause = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = cause
    }
}
