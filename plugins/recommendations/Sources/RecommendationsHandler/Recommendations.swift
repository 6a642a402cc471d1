// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// The recommendations plugin.
package enum Recommendations {
    /// Its handlers: versions 1, 2 and 3 of the shop's recommendations.
    package static var handlers: [HandlerRegistration] {
        [
            HandlerRegistration(PopularHandler.self) { PopularHandler.load($0, $1, $2) },
            HandlerRegistration(NeighboursHandler.self) { NeighboursHandler.load($0, $1, $2) },
            HandlerRegistration(SessionsHandler.self) { SessionsHandler.load($0, $1, $2) },
        ]
    }
}

/// Why a product was recommended.
enum Reason {
    static let boughtTogether: StaticString = "bought_together"
    static let similarSessions: StaticString = "similar_sessions"
    static let popular: StaticString = "popular"
}
