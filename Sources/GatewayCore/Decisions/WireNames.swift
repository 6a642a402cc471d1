// SPDX-License-Identifier: Apache-2.0
import Traffic

// Literals, because a raw value is a String and writing one would allocate. A test holds them equal.

extension Rung {
    /// The raw value as a literal.
    var wireName: StaticString {
        switch self {
        case .assigned: "assigned"
        case .stable: "stable"
        case .lastKnownGood: "last_known_good"
        case .basePrice: "base_price"
        case .unavailable: "unavailable"
        case .cached: "cached"
        case .popular: "popular"
        case .empty: "empty"
        }
    }
}

extension DegradeReason {
    /// The raw value as a literal.
    var wireName: StaticString {
        switch self {
        case .breakerOpen: "breaker_open"
        case .deadline: "deadline"
        case .handlerError: "handler_error"
        case .guardViolation: "guard_violation"
        case .overloaded: "overloaded"
        case .disabled: "disabled"
        case .unavailable: "unavailable"
        case .noModel: "no_model"
        case .noAnswer: "no_answer"
        }
    }
}
