// SPDX-License-Identifier: Apache-2.0

/// The band a price must stay in at every rung.
///
/// All arithmetic is exact over Int64 minor units: products are compared at 128 bits.
package struct PriceGuard: Hashable, Sendable {
    /// The highest bound that makes sense: a hundred times the list price.
    package static let basisPointsMax = 1_000_000

    /// The lowest price, in basis points of the list price.
    package let floorBasisPoints: Int
    /// The highest price, in basis points of the list price.
    package let ceilingBasisPoints: Int
    /// The largest move from the last price, in basis points of it.
    package let changeBasisPointsMax: Int

    /// A band around the list price; nil unless 0 ≤ floor ≤ ceiling and all are within
    /// 0...1,000,000 basis points.
    package init?(floorBasisPoints: Int, ceilingBasisPoints: Int, changeBasisPointsMax: Int) {
        let allowed = 0...Self.basisPointsMax
        guard allowed.contains(floorBasisPoints), allowed.contains(ceilingBasisPoints),
            allowed.contains(changeBasisPointsMax), floorBasisPoints <= ceilingBasisPoints
        else { return nil }
        self.floorBasisPoints = floorBasisPoints
        self.ceilingBasisPoints = ceilingBasisPoints
        self.changeBasisPointsMax = changeBasisPointsMax
    }

    /// Whether a unit price may be answered.
    ///
    /// Prices are minor units of one currency. The change is measured against the last price, or
    /// the list price where there is none. A bound belongs to the band.
    package func check(
        unitPriceMinor price: Int64,
        listPriceMinor list: Int64,
        lastPriceMinor last: Int64?
    ) -> PriceVerdict {
        let reference = last ?? list
        guard price > 0, list > 0, reference > 0 else { return .notPositive }
        if isBelow(price, list, floorBasisPoints) { return .belowFloor }
        if isAbove(price, list, ceilingBasisPoints) { return .aboveCeiling }
        let change = abs(price - reference)
        return isAbove(change, reference, changeBasisPointsMax) ? .changeTooLarge : .ok
    }

    private func isBelow(_ amount: Int64, _ reference: Int64, _ basisPoints: Int) -> Bool {
        scaled(amount, 10_000) < scaled(reference, basisPoints)
    }

    private func isAbove(_ amount: Int64, _ reference: Int64, _ basisPoints: Int) -> Bool {
        scaled(amount, 10_000) > scaled(reference, basisPoints)
    }

    private func scaled(_ amount: Int64, _ factor: Int) -> (high: Int64, low: UInt64) {
        let (high, low) = amount.multipliedFullWidth(by: Int64(factor))
        return (high, low)
    }
}

/// What the guard found; raw values are the wire names.
package enum PriceVerdict: String, Sendable, CaseIterable {
    /// Inside the band.
    case ok
    /// Below the floor.
    case belowFloor = "below_floor"
    /// Above the ceiling.
    case aboveCeiling = "above_ceiling"
    /// Too far from the last price.
    case changeTooLarge = "change_too_large"
    /// The price or what it is measured against is zero or less.
    case notPositive = "not_positive"
}
