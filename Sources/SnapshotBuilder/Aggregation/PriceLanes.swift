// SPDX-License-Identifier: Apache-2.0

/// Which counters of a price a sale goes to: all sales, those of the list price's window, and one for
/// each customer kind and quantity band of the tiers' window.
struct PriceLanes {
    static let all = 0
    static let recent = 1
    private static let firstTier = 2
    private static let kinds: [CustomerKind] = [.guest, .retail, .wholesale]

    let quantities: [Int64]

    var count: Int { Self.firstTier + Self.kinds.count * quantities.count }

    /// The lane of one sale; nil below the first quantity.
    func lane(_ kind: CustomerKind, quantity: Int64) -> Int? {
        guard let band = quantities.lastIndex(where: { $0 <= quantity }) else { return nil }
        return Self.firstTier + (Int(kind.rawValue) - 1) * quantities.count + band
    }

    /// The lanes of all sales to a kind, or to any, from the quantity number `band` on.
    func lanes(_ kind: CustomerKind, from band: Int) -> [Int] {
        let kinds = kind == .any ? Self.kinds : [kind]
        return kinds.flatMap { kind in
            (band..<quantities.count).map {
                Self.firstTier + (Int(kind.rawValue) - 1) * quantities.count + $0
            }
        }
    }
}
