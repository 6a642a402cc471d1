// SPDX-License-Identifier: Apache-2.0
import CSluice

/// One line of a cart.
public struct PriceLineView {
    /// The product's row: always a row of the snapshot.
    public let productRow: UInt32
    /// How many are bought: 1 or more.
    public let quantity: Int64
}

/// The lines to price.
///
/// Lifetime: until the call ends.
public struct PriceRequestView: RequestView {
    /// The call the request belongs to.
    public let call: CallView
    private let price: UnsafePointer<sluice_price_request>

    @usableFromInline
    init?(_ call: CallView) {
        guard call.request.pointee.kind == HandlerKind.price.rawValue,
            let price = call.request.pointee.price
        else { return nil }
        self.call = call
        self.price = price
    }

    /// How many lines there are.
    public var lineCount: Int {
        price.pointee.lines == nil ? 0 : Int(price.pointee.line_count)
    }

    /// The line of that index, below `lineCount`.
    public subscript(index: Int) -> PriceLineView {
        precondition(index >= 0 && index < lineCount, "no such line")
        let line = price.pointee.lines.element(at: index, stride: price.pointee.line_stride)
        return PriceLineView(
            productRow: line.pointee.product_row,
            quantity: line.pointee.quantity
        )
    }
}
