// SPDX-License-Identifier: Apache-2.0

/// Which sessions an index holds.
package struct SessionIndexRules: Hashable, Sendable {
    /// Sessions of fewer clicks are left out: they tell nothing about what comes next.
    package var clicksMinimum = 2
    /// Sessions of more different items are left out: robots and stock lists.
    package var itemsMaximum = SessionIndexFormat.sessionLengthMaximum
    /// Most sessions kept of one item, the most recent ones.
    package var postingsMaximum = 5000
    /// Items kept to fill up with, those of the most sessions.
    package var popularMaximum = 1000

    /// The rules for logs of clicks.
    package init() {}

    /// Bounds of `itemsMaximum`.
    package static let itemsMaximumRange = 2...SessionIndexFormat.sessionLengthMaximum
    /// Bounds of `postingsMaximum`: a query's scratch memory has room for as many.
    package static let postingsMaximumRange = 1...100_000
}
