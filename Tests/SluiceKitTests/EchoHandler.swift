// SPDX-License-Identifier: Apache-2.0
import CSluice
import SluiceKit

/// Answers each line with a column's value, whatever the column.
struct EchoHandler: PriceHandler {
    static var name: StaticString { "echo" }
    static var threading: HandlerThreading { .serial }

    struct Binding {
        let prices: Column<Int64>
        let tiers: ListColumn<sluice_price_tier>
    }

    init(_ load: LoadView) throws(HandlerError) {
        _ = try load.settings(keys: ["a"])
        load.host.log(.warning, "loaded \(load.model) \(load.version)")
    }

    func bind(_ snapshot: SnapshotView) throws(HandlerError) -> Binding {
        let products = try snapshot.entity(named: "product")
        return Binding(
            prices: try products.column(named: "list_price"),
            tiers: try products.listColumn(named: "price_tiers")
        )
    }

    func price(
        _ request: PriceRequestView,
        with binding: Binding,
        into reply: PriceReply
    ) throws(HandlerError) {
        if request.isCancelled { throw HandlerError(.cancelled, "nobody waits") }
        for line in 0..<request.lineCount {
            let row = request[line].productRow
            let tiers = binding.tiers[row]
            guard
                let price = binding.prices[row] ?? (tiers.isEmpty ? nil : tiers[0].unit_price_minor)
            else { throw HandlerError(.notFound, "no price") }
            try reply.set(line: line, unitPriceMinor: price, rules: PriceRules("echo"))
        }
    }

    static let registration = HandlerRegistration(EchoHandler.self) { EchoHandler.load($0, $1, $2) }
}
