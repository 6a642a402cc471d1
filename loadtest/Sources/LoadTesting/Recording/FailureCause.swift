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
    /// A price outside the scenario's guard rails.
    case priceOutOfRange
    /// Another price for the same line than the same snapshot and version gave before.
    case priceChanged
    /// A product twice in one list.
    case duplicateItem
    /// Not the number of items that was asked for.
    case itemCount
    /// No TLS with this server.
    case tlsHandshake
    /// The server's certificate is out of date, or not valid yet.
    case certificateExpired
    /// The server's certificate is not of an authority that is trusted.
    case certificateUntrusted
    /// The server's certificate is for another name.
    case certificateName

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
        case .priceOutOfRange: "price_out_of_range"
        case .priceChanged: "price_changed"
        case .duplicateItem: "duplicate_item"
        case .itemCount: "item_count"
        case .tlsHandshake: "tls_handshake"
        case .certificateExpired: "certificate_expired"
        case .certificateUntrusted: "certificate_untrusted"
        case .certificateName: "certificate_name"
        }
    }

    /// The cause of a name; nil for one this tool does not know.
    package init?(name: String) {
        guard let cause = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = cause
    }
}
