// SPDX-License-Identifier: Apache-2.0

/// One line of an order that counts: a sale, or goods that came back.
struct HistoryLine: Equatable {
    enum Kind {
        case sale
        case refund
    }

    var kind = Kind.sale
    /// Number of the order in the order of the file.
    var order = 0
    /// Number of the product in the interner of products.
    var product = 0
    /// Number of the customer; nil for a guest.
    var customer: Int?
    /// Units, always above 0.
    var quantity: Int64 = 0
    /// Price of one unit in minor units.
    var unitPrice: Int64 = 0
    /// Unix seconds.
    var time: Int64 = 0
}

/// Takes the lines of a history one by one.
protocol HistoryVisitor {
    mutating func visit(
        _ line: HistoryLine,
        title: UnsafeRawBufferPointer,
        country: UnsafeRawBufferPointer
    )
}
