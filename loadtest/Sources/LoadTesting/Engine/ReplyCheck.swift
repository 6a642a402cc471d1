// SPDX-License-Identifier: Apache-2.0

/// What a good reply holds, beyond its status.
package enum ReplyCheck: Hashable, Sendable {
    /// Any body.
    case none
    /// JSON with a price for each line of a cart.
    case prices(PriceCheck)
    /// JSON with a list of different items.
    case items(ItemCheck)
}

/// What the prices of a cart must be.
package struct PriceCheck: Hashable, Sendable {
    /// No limits: any price.
    package static let anyPrice: ClosedRange<Int64> = 0 ... .max

    /// The lowest and the highest price of each line, in minor units.
    package var limits: [ClosedRange<Int64>]
    /// Decimals of the currency.
    package var digits = 2
    /// Whether the same snapshot and version must always give this cart the same prices.
    package var isRemembered = false

    /// A check of so many lines with any price.
    package init(lines: Int) { limits = Array(repeating: Self.anyPrice, count: lines) }
}

/// What a list of products must be.
package struct ItemCheck: Hashable, Sendable {
    /// How many items there may be; each of them once.
    package var count: ClosedRange<Int>

    /// A check of a list's length.
    package init(count: ClosedRange<Int>) { self.count = count }
}
