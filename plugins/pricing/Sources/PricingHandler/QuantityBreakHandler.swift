// SPDX-License-Identifier: Apache-2.0
import CSluice
import SluiceKit

/// Answers the quantity-break price for product, quantity and kind of customer.
struct QuantityBreakHandler: PriceHandler {
    static var name: StaticString { "quantity-break" }

    /// The columns of one snapshot.
    struct Binding {
        let book: PriceBook
        let tiers: ListColumn<sluice_price_tier>
        /// Nil in a snapshot without customers, where everyone is a guest.
        let customerKinds: Column<UInt32>?
    }

    private let rails: GuardRails

    init(_ load: LoadView) throws(HandlerError) { rails = try GuardRails(load) }

    func bind(_ snapshot: SnapshotView) throws(HandlerError) -> Binding {
        let products = try snapshot.entity(named: "product")
        return Binding(
            book: try PriceBook(products),
            tiers: try products.listColumn(named: "price_tiers"),
            customerKinds: try snapshot.findEntity(named: "customer")?.column(named: "kind")
        )
    }

    func price(
        _ request: PriceRequestView,
        with binding: Binding,
        into reply: PriceReply
    ) throws(HandlerError) {
        let kind = binding.kind(ofCustomer: request.customerRow)
        for index in 0..<request.lineCount {
            let line = request[index]
            let references = binding.book.references(product: line.productRow)
            let breaks = QuantityBreaks(tiers: binding.tiers[line.productRow], kind: kind)
            guard let quote = breaks.quote(quantity: line.quantity, otherwise: references.quote)
            else { throw noPrice }
            try reply.set(index, quote, within: rails, references)
        }
    }
}

extension QuantityBreakHandler.Binding {
    fileprivate func kind(ofCustomer row: UInt32?) -> UInt32 {
        row.flatMap { customerKinds?[$0] } ?? CustomerKind.guest
    }
}
