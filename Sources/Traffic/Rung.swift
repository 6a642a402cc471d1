// SPDX-License-Identifier: Apache-2.0

/// Where on its ladder a reply was made; raw values are the wire names.
package enum Rung: String, Sendable, CaseIterable {
    /// The version the unit was assigned.
    case assigned
    /// The stable version in its place.
    case stable
    /// Prices: the last price that passed the guard, for this product, shop and kind of customer.
    case lastKnownGood = "last_known_good"
    /// Prices: the list price in the snapshot.
    case basePrice = "base_price"
    /// Prices: none; the caller answers 503.
    case unavailable
    /// Recommendations: an earlier list.
    case cached
    /// Recommendations: the shop's best sellers.
    case popular
    /// Recommendations: no items, answered with 200.
    case empty

    /// Whether a model runs to answer at this rung.
    package var needsModel: Bool { self == .assigned || self == .stable }
    /// Whether earlier answers are what this rung answers from.
    package var needsMemory: Bool { self == .lastKnownGood || self == .cached }
}

/// Why a reply left a rung; raw values are the wire names.
package enum DegradeReason: String, Sendable, CaseIterable {
    /// The version's circuit breaker refused the call.
    case breakerOpen = "breaker_open"
    /// The stage could not start or finish inside the budget.
    case deadline
    /// The handler answered with an error or an unusable reply.
    case handlerError = "handler_error"
    /// A price fell outside the guard's band.
    case guardViolation = "guard_violation"
    /// The handler's queue was full or the request was shed.
    case overloaded
    /// The version's kill switch is on.
    case disabled
    /// The version's handler takes no calls now: its worker does not run, or it is withheld.
    case unavailable
    /// No handler is loaded for the version.
    case noModel = "no_model"
    /// The rung has nothing to answer with: no known good price, no cached list.
    case noAnswer = "no_answer"
}
