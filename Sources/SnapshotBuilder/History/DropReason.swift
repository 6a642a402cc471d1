// SPDX-License-Identifier: Apache-2.0

/// Why a row of the input is not part of the history.
///
/// The first reason that holds is counted.
package enum DropReason: String, CaseIterable, Codable, Sendable {
    /// Wrong number of fields, bad text, or a field that cannot be read.
    case malformed
    /// The order is a book entry such as a written-off debt (`A…`).
    case adjustment
    /// The code is a fee, voucher or note, not a product.
    case nonProduct = "non_product"
    /// The quantity is 0.
    case zeroQuantity = "zero_quantity"
    /// A cancelled order whose quantity is not negative.
    case positiveCancellation = "positive_cancellation"
    /// A negative quantity without price or cancellation: breakage, counting, loss.
    case stockCorrection = "stock_correction"
    /// Sold at less than nothing.
    case negativePrice = "negative_price"
    /// Given away, or a note in the guise of a sale.
    case zeroPrice = "zero_price"
    /// The same order, product, quantity, price, time and customer as an earlier row of the order.
    case repeated

    /// What a report says about it.
    package var explanation: String {
        switch self {
        case .malformed: "row that cannot be read"
        case .adjustment: "adjustment of the books"
        case .nonProduct: "code that is no product"
        case .zeroQuantity: "quantity 0"
        case .positiveCancellation: "cancellation without a negative quantity"
        case .stockCorrection: "stock correction: negative quantity, no price, no cancellation"
        case .negativePrice: "price below 0"
        case .zeroPrice: "price 0"
        case .repeated: "exact repeat within its order"
        }
    }
}
