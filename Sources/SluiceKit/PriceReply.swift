// SPDX-License-Identifier: Apache-2.0
import CSluice

/// The names of the rules that made a price, in the order they applied.
///
/// Names are literals, so their bytes live as long as the plugin. No allocation.
public struct PriceRules {
    /// How many names a price may carry.
    ///
    /// Source: sluice_plugin.h, `SLUICE_RULES_MAX`.
    public static let capacity = 4

    /// How many names there are.
    public private(set) var count = 0
    private var names = InlineArray<4, sluice_bytes>(repeating: sluice_bytes())

    /// Makes a list of one name.
    public init(_ name: StaticString) { append(name) }

    /// Adds a name; one past the capacity is dropped.
    public mutating func append(_ name: StaticString) {
        guard count < Self.capacity else { return }
        names[count] = sluice_bytes(name)
        count += 1
    }

    fileprivate func withNames<Result>(
        _ body: (UnsafePointer<sluice_bytes>?, UInt32) -> Result
    ) -> Result {
        names.span.withUnsafeBufferPointer { body($0.baseAddress, UInt32(count)) }
    }
}

/// Where a price handler writes its answer.
///
/// Lifetime: until the call ends. The reply is complete when every line was set once.
public struct PriceReply {
    private let reply: UnsafeMutablePointer<sluice_reply>

    @usableFromInline
    init(_ call: CallView) { reply = call.reply }

    /// Sets the price of a line, exact, in minor units.
    ///
    /// - Parameters:
    ///   - line: index of the line.
    ///   - unitPriceMinor: the price of one piece.
    ///   - rules: what made the price.
    /// - Throws: `outOfRange` for a line that does not exist, `invalidArgument` for one set before
    ///   or a price the host refuses.
    public func set(
        line: Int,
        unitPriceMinor: Int64,
        rules: PriceRules
    ) throws(HandlerError) {
        var price = sluice_price()
        price.form = UInt32(SLUICE_PRICE_MINOR)
        price.unit_price_minor = unitPriceMinor
        try set(line: line, price, rules)
    }

    /// Sets the price of a line as a real number; the host rounds it, once, half to even.
    ///
    /// - Parameters:
    ///   - line: index of the line.
    ///   - unitPrice: the price of one piece in whole currency units, finite and not negative.
    ///   - rules: what made the price.
    /// - Throws: as for the exact form.
    public func set(line: Int, unitPrice: Double, rules: PriceRules) throws(HandlerError) {
        var price = sluice_price()
        price.form = UInt32(SLUICE_PRICE_REAL)
        price.unit_price = unitPrice
        try set(line: line, price, rules)
    }

    private func set(
        line: Int,
        _ value: sluice_price,
        _ rules: PriceRules
    ) throws(HandlerError) {
        let status = rules.withNames { names, count in
            var price = value
            price.struct_size = structSize(sluice_price.self)
            price.rules = names
            price.rule_count = count
            return reply.pointee.set_price(reply, UInt32(clamping: line), &price)
        }
        try refuse(status, "the host refused the price")
    }
}

/// Throws what a function of the reply answered, unless it was `SLUICE_OK`.
func refuse(_ status: Int32, _ message: String) throws(HandlerError) {
    guard status != Int32(SLUICE_OK) else { return }
    throw HandlerError(HandlerStatus(rawValue: status) ?? .unknown, message)
}
