// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// Answers every product's list price, within the guard rails.
struct ListPriceHandler: PriceHandler {
    static var name: StaticString { "list-price" }

    /// The columns of one snapshot.
    struct Binding {
        let book: PriceBook
    }

    private let rails: GuardRails

    init(_ load: LoadView) throws(HandlerError) { rails = try GuardRails(load) }

    func bind(_ snapshot: SnapshotView) throws(HandlerError) -> Binding {
        Binding(book: try PriceBook(snapshot.entity(named: "product")))
    }

    func price(
        _ request: PriceRequestView,
        with binding: Binding,
        into reply: PriceReply
    ) throws(HandlerError) {
        for line in 0..<request.lineCount {
            let references = binding.book.references(product: request[line].productRow)
            guard let quote = references.quote else { throw noPrice }
            try reply.set(line, quote, within: rails, references)
        }
    }
}

/// A reply must price every line, so one product without any price fails the call.
let noPrice = HandlerError(.notFound, "a product has neither a list price nor a last price")

extension PriceReply {
    /// Sets a line to a quote bounded by the rails, with the names of all that shaped it.
    func set(
        _ line: Int,
        _ quote: Quote,
        within rails: GuardRails,
        _ references: GuardRails.References
    ) throws(HandlerError) {
        let outcome = rails.apply(to: quote.unitPriceMinor, references)
        var rules = PriceRules(quote.rule.name)
        if let rail = outcome.rail { rules.append(rail.name) }
        if outcome.isRounded { rules.append("rounding") }
        try set(line: line, unitPriceMinor: outcome.price, rules: rules)
    }
}
