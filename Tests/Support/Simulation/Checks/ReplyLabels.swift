// SPDX-License-Identifier: Apache-2.0

/// What a reply is counted under.
struct ReplyLabels: Hashable, Comparable, CustomStringConvertible {
    let route: String
    let outcome: String
    let status: String

    init(route: String, outcome: String, status: String) {
        self.route = route
        self.outcome = outcome
        self.status = status
    }

    /// The labels a reply should have.
    init(_ reply: SimulatedReply, to sent: SimulatedClient.Sent) {
        status = "\(reply.status)"
        // Bytes that do not become a request are refused before there is a route.
        let isRefusedBytes = !sent.isRead && reply.status != 200
        route = isRefusedBytes ? "other" : sent.request.route
        outcome =
            switch reply.status {
            case 200: [nil, "assigned"].contains(reply.rung) ? "served" : "degraded"
            case 503: "shed"
            default: "refused"
            }
    }

    var description: String { "\(route) \(outcome) \(status)" }

    static func < (left: ReplyLabels, right: ReplyLabels) -> Bool {
        left.description < right.description
    }
}
