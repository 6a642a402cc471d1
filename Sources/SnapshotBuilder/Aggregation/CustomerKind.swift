// SPDX-License-Identifier: Apache-2.0

/// Who buys, as price tiers tell apart.
///
/// The raw value is the code in a snapshot.
package enum CustomerKind: UInt32, CaseIterable, Sendable {
    /// Every kind together; no customer has it.
    case any = 0
    /// Bought without a customer's number.
    case guest = 1
    case retail = 2
    /// Orders much at once, by the source file's rule.
    case wholesale = 3

    /// The names by code.
    package static let vocabulary = allCases.map { "\($0)" }
}

/// When a known customer is a wholesale one.
struct WholesaleRule: Equatable {
    /// Mean units sold per order, from which on.
    var unitsPerOrderMinimum: Int64
    /// Orders before the mean is trusted.
    var ordersMinimum: Int64

    func kind(unitsSold: Int64, orders: Int64) -> CustomerKind {
        guard orders > 0, orders >= ordersMinimum else { return .retail }
        return unitsSold / orders >= unitsPerOrderMinimum ? .wholesale : .retail
    }
}
