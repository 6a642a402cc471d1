// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// The limits a price must keep, whatever made it.
///
/// Where they contradict each other the floor wins over the ceiling, the ceiling over the largest
/// change, and that over rounding. A rail whose reference price is unknown does not bind.
struct GuardRails: Sendable {
    /// Percentages of the list price, in hundredths of a percent.
    var floor: Int64?
    var ceiling: Int64?
    /// Percentage of the last price, in hundredths of a percent.
    var maximumChange: Int64?
    var rounding: Rounding?

    /// The prices the rails are measured against, in minor units, above zero.
    struct References: Equatable {
        var listPrice: Int64?
        var lastPrice: Int64?
    }

    /// A price within the rails, and the rails that moved it.
    struct Outcome: Equatable {
        var price: Int64
        var rail: Rail?
        var isRounded = false
    }

    enum Rail { case maximumChange, ceiling, floor }

    /// A price of zero gives goods away, so no rail leads there.
    static let priceMinimum: Int64 = 1

    /// Bounds a price above zero, in minor units.
    func apply(to price: Int64, _ references: References) -> Outcome {
        var outcome = Outcome(price: price)
        var bounds = Self.priceMinimum...Int64.max
        bound(&outcome, &bounds, by: .maximumChange, references)
        bound(&outcome, &bounds, by: .ceiling, references)
        bound(&outcome, &bounds, by: .floor, references)
        let rounded = rounding?.nearest(to: outcome.price, in: bounds) ?? outcome.price
        outcome.isRounded = rounded != outcome.price
        outcome.price = rounded
        return outcome
    }

    /// Moves the price and the bounds of rounding inside one rail; the last rail has the last word.
    private func bound(
        _ outcome: inout Outcome,
        _ bounds: inout ClosedRange<Int64>,
        by rail: Rail,
        _ references: References
    ) {
        guard let limits = limits(of: rail, references) else { return }
        bounds = bounds.clamped(to: limits)
        let bounded = outcome.price.clamped(to: limits)
        if bounded != outcome.price { outcome = Outcome(price: bounded, rail: rail) }
    }

    /// The prices one rail allows; nil when it does not bind.
    func limits(of rail: Rail, _ references: References) -> ClosedRange<Int64>? {
        switch rail {
        case .maximumChange:
            guard let maximumChange, let last = references.lastPrice else { return nil }
            let lowest = atLeast(100_00 - maximumChange, of: last)
            return lowest...atMost(100_00 + maximumChange, of: last)
        case .ceiling:
            guard let ceiling, let list = references.listPrice else { return nil }
            return Self.priceMinimum...atMost(ceiling, of: list)
        case .floor:
            guard let floor, let list = references.listPrice else { return nil }
            return atLeast(floor, of: list)...Int64.max
        }
    }

    /// The smallest price that is at least this share, in hundredths of a percent.
    private func atLeast(_ share: Int64, of price: Int64) -> Int64 {
        let (quotient, remainder) = parts(share, of: price)
        return max(Self.priceMinimum, Int64(clamping: remainder > 0 ? quotient + 1 : quotient))
    }

    /// The largest price that is at most this share, in hundredths of a percent.
    private func atMost(_ share: Int64, of price: Int64) -> Int64 {
        max(Self.priceMinimum, Int64(clamping: parts(share, of: price).quotient))
    }

    /// Twice as wide as the price, so that no product of the two overflows.
    private func parts(_ share: Int64, of price: Int64) -> (quotient: Int128, remainder: Int128) {
        (Int128(price) * Int128(share)).quotientAndRemainder(dividingBy: 100_00)
    }
}

extension GuardRails.Rail {
    /// The name in the reply.
    var name: StaticString {
        switch self {
        case .floor: "floor"
        case .ceiling: "ceiling"
        case .maximumChange: "maximum_change"
        }
    }
}

extension Int64 {
    /// The nearest number of a range.
    fileprivate func clamped(to range: ClosedRange<Int64>) -> Int64 {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
