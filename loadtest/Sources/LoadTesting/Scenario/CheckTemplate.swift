// SPDX-License-Identifier: Apache-2.0
import YAMLDecoding

/// What replies to a kind of request must hold, beyond an answer to all that was asked.
package struct CheckTemplate: Hashable, Sendable {
    /// The lowest price, in minor units.
    package var minimumMinor: Int64 = 0
    /// The highest price, in minor units.
    package var maximumMinor: Int64 = .max
    /// How far a price may be from the snapshot's list price; nil for any distance.
    package var withinListPercent: Double?
    /// Whether the same cart must have the same prices, as long as snapshot and version are the same.
    package var hasSamePrice = false
    /// The fewest items of a list.
    package var itemsMinimum = 0

    /// No check.
    package init() {}

    init?(_ object: ObjectDecoder) {
        let minimum = object.optional("minimum_minor", .integer(in: ScenarioLimits.minorUnits))
        let maximum = object.optional("maximum_minor", .integer(in: ScenarioLimits.minorUnits))
        withinListPercent = object.optional(
            "within_list_percent",
            .number(in: ScenarioLimits.listPercent)
        )
        object.read("same_price", .boolean, into: &hasSamePrice)
        object.read("items_minimum", .integer(in: ScenarioLimits.items), into: &itemsMinimum)
        if let minimum { minimumMinor = Int64(minimum) }
        if let maximum { maximumMinor = Int64(maximum) }
        guard minimumMinor <= maximumMinor else {
            let message = "`minimum_minor` is above `maximum_minor`"
            object.report(.emptyRange, message, at: object.keySpan(of: "minimum_minor"))
            return nil
        }
    }

    /// Its keys that belong to prices, and those that belong to lists.
    static let priceKeys = ["minimum_minor", "maximum_minor", "within_list_percent", "same_price"]
    static let itemKeys = ["items_minimum"]

    /// The lowest and the highest price of a product.
    func limits(listPriceMinor: Int64?) -> ClosedRange<Int64> {
        guard let withinListPercent, let listPriceMinor else { return minimumMinor...maximumMinor }
        let distance = Double(listPriceMinor) * withinListPercent / 100
        let low = max(minimumMinor, Int64((Double(listPriceMinor) - distance).rounded(.up)))
        let high = min(maximumMinor, Int64((Double(listPriceMinor) + distance).rounded(.down)))
        return low...max(low, high)
    }
}

extension DiagnosticCode {
    /// A lowest value above the highest.
    package static let emptyRange = DiagnosticCode("L006")
    /// A check of the list price without a snapshot that knows it.
    package static let noListPrice = DiagnosticCode("L007")
    /// Carts of a history that the store does not name.
    package static let noHistory = DiagnosticCode("L008")
    /// A request that no session sends.
    package static let unusedRequest = DiagnosticCode("L009")
}
