// SPDX-License-Identifier: Apache-2.0

/// What became of a request that a shadow sampled; raw values are the label values.
package enum ShadowResult: String, Sendable, CaseIterable {
    /// The shadow answered in time and its answer was compared.
    case compared
    /// The live reply came from a rung without a model; the shadow was not asked.
    case notComparable = "not_comparable"
    /// The handler ended with an error.
    case handlerError = "handler_error"
    /// The handler claimed success with an unusable reply: NaN, a wrong shape, a line without price.
    case badReply = "bad_reply"
    /// The answer did not come inside the shadow's budget.
    case late
    /// Left out because the event loop had live requests to see to.
    case shed
    /// Left out because too many of the shadow's calls are in flight, or its queue is full or stuck.
    case full

    /// Position among all cases; a switch, because searching them would allocate.
    var seriesIndex: Int {
        switch self {
        case .compared: 0
        case .notComparable: 1
        case .handlerError: 2
        case .badReply: 3
        case .late: 4
        case .shed: 5
        case .full: 6
        }
    }
}
