// SPDX-License-Identifier: Apache-2.0
import CSluice

/// Codes of the customer entity's `kind` column.
///
/// Source: the snapshot builder's vocabulary.
enum CustomerKind {
    /// Tiers for every kind; never assigned to a customer.
    static let any: UInt32 = 0
    /// Who is not known.
    static let guest: UInt32 = 1
}

/// The tiers of one product as one kind of customer meets them.
///
/// From the kind's own first tier on, its tiers hold; below it the tiers for any kind; below those
/// the base price. A larger quantity never costs more a piece: the lowest price reached so far holds.
struct QuantityBreaks {
    let tiers: UnsafeBufferPointer<sluice_price_tier>
    let kind: UInt32

    /// The price for a quantity, or nil when no tier is reached and there is no base price.
    func quote(quantity: Int64, otherwise base: Quote?) -> Quote? {
        let ownStart = firstQuantity(of: kind)
        let start = min(ownStart, firstQuantity(of: CustomerKind.any))
        var lowest = start > 1 ? base : nil
        for tier in tiers where isPriced(tier) && Int64(tier.quantity_minimum) <= quantity {
            let holds =
                tier.customer_kind == kind
                || tier.customer_kind == CustomerKind.any && tier.quantity_minimum < ownStart
            if holds, tier.unit_price_minor <= lowest?.unitPriceMinor ?? .max {
                lowest = Quote(unitPriceMinor: tier.unit_price_minor, rule: .quantityBreak)
            }
        }
        return lowest
    }

    /// Where a kind's tiers begin; beyond every quantity when it has none.
    private func firstQuantity(of kind: UInt32) -> UInt32 {
        var first = UInt32.max
        for tier in tiers where tier.customer_kind == kind && isPriced(tier) {
            first = min(first, tier.quantity_minimum)
        }
        return first
    }

    private func isPriced(_ tier: sluice_price_tier) -> Bool { tier.unit_price_minor > 0 }
}
