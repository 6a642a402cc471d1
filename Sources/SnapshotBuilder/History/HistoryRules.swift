// SPDX-License-Identifier: Apache-2.0

/// Tells sales and refunds from everything else a shop's order export holds.
struct HistoryRules: Equatable {
    /// Orders that begin so are cancellations; empty for none.
    var cancellationPrefix: [UInt8] = []
    /// Orders that begin so are book entries.
    var adjustmentPrefixes: [[UInt8]] = []
    /// Codes that are no products, upper case; a trailing `*` stands for any ending.
    var nonProducts: [[UInt8]] = []
    /// Cut off the end of a customer, such as `.0`.
    var customerSuffix: [UInt8] = []
    /// Malformed rows dropped before the build gives up.
    var malformedRowsMaximum = 0

    /// What an order's name says about all of its rows.
    enum OrderKind {
        case purchase, cancellation, adjustment
    }

    func kind(ofOrder order: UnsafeRawBufferPointer) -> OrderKind {
        if adjustmentPrefixes.contains(where: { order.starts(with: $0) }) { return .adjustment }
        let isCancelled = !cancellationPrefix.isEmpty && order.starts(with: cancellationPrefix)
        return isCancelled ? .cancellation : .purchase
    }

    func isProduct(_ code: [UInt8]) -> Bool {
        !nonProducts.contains { pattern in
            pattern.last == UInt8(ascii: "*")
                ? code.starts(with: pattern.dropLast()) : code == pattern
        }
    }

    /// Sorts one row by its order, quantity and price.
    func verdict(_ order: OrderKind, quantity: Int64, price: Int64) -> RowVerdict {
        if order == .adjustment { return .drop(.adjustment) }
        if quantity == 0 { return .drop(.zeroQuantity) }
        if order == .cancellation {
            return quantity < 0 ? .keep(.refund) : .drop(.positiveCancellation)
        }
        if quantity < 0 { return price > 0 ? .keep(.refund) : .drop(.stockCorrection) }
        if price < 0 { return .drop(.negativePrice) }
        return price == 0 ? .drop(.zeroPrice) : .keep(.sale)
    }
}

/// What becomes of a row.
enum RowVerdict: Equatable {
    case keep(HistoryLine.Kind)
    case drop(DropReason)
}
