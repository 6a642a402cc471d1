// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// The pricing plugin.
package enum Pricing {
    /// Its handlers: version 1 and version 2 of the shop's prices.
    package static var handlers: [HandlerRegistration] {
        [
            HandlerRegistration(ListPriceHandler.self) { ListPriceHandler.load($0, $1, $2) },
            HandlerRegistration(QuantityBreakHandler.self) {
                QuantityBreakHandler.load($0, $1, $2)
            },
        ]
    }
}
