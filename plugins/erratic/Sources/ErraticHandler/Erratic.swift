// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// The erratic plugin: handlers that misbehave on purpose, one call in so many.
package enum Erratic {
    /// Its handlers: prices on a pool, products on a pool, prices on the event loop.
    package static var handlers: [HandlerRegistration] {
        [
            HandlerRegistration(ErraticPriceHandler.self) {
                ErraticPriceHandler.load($0, $1, $2)
            },
            HandlerRegistration(ErraticRecommendHandler.self) {
                ErraticRecommendHandler.load($0, $1, $2)
            },
            HandlerRegistration(ErraticInlinePriceHandler.self) {
                ErraticInlinePriceHandler.load($0, $1, $2)
            },
        ]
    }
}
