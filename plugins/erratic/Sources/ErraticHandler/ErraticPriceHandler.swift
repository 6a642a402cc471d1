// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// Answers list prices, except when it misbehaves.
struct ErraticPriceHandler: PriceHandler {
    static var name: StaticString { "erratic-price" }
    static var execution: HandlerExecution { .pooled }
    static var optionalCapabilities: Capabilities { [.metrics, .lateCompletion] }

    private let misbehaviour: Misbehaviour

    init(_ load: LoadView) throws(HandlerError) { misbehaviour = try Misbehaviour(load) }

    func bind(_ snapshot: SnapshotView) throws(HandlerError) -> Column<Int64> {
        try snapshot.entity(named: "product").column(named: "list_price")
    }

    func price(
        _ request: PriceRequestView,
        with listPrices: Column<Int64>,
        into reply: PriceReply
    ) throws(HandlerError) {
        let mode = try misbehaviour.next(request)
        switch mode {
        case .nan: answerNaN(request, reply)
        case .wrongShape: try answer(request, listPrices, reply, shiftedBy: 1)
        default: try answer(request, listPrices, reply, shiftedBy: 0)
        }
        try misbehaviour.completeLater(mode, request)
    }

    /// A shift leaves the first line unset and sets one that does not exist.
    private func answer(
        _ request: PriceRequestView,
        _ listPrices: Column<Int64>,
        _ reply: PriceReply,
        shiftedBy shift: Int
    ) throws(HandlerError) {
        for line in 0..<request.lineCount {
            guard let price = listPrices[request[line].productRow] else {
                throw HandlerError(.notFound, "a product has no list price")
            }
            try reply.set(
                line: line + shift,
                unitPriceMinor: price,
                rules: PriceRules("list_price")
            )
        }
    }

    /// Claims success, whatever the host says to the numbers.
    private func answerNaN(_ request: PriceRequestView, _ reply: PriceReply) {
        for line in 0..<request.lineCount {
            try? reply.set(line: line, unitPrice: .nan, rules: PriceRules("list_price"))
        }
    }
}

/// The same on the event loop, where a broken handler hurts most.
struct ErraticInlinePriceHandler: PriceHandler {
    static var name: StaticString { "erratic-price-inline" }
    static var optionalCapabilities: Capabilities { ErraticPriceHandler.optionalCapabilities }

    private let handler: ErraticPriceHandler

    init(_ load: LoadView) throws(HandlerError) { handler = try ErraticPriceHandler(load) }

    func bind(_ snapshot: SnapshotView) throws(HandlerError) -> Column<Int64> {
        try handler.bind(snapshot)
    }

    func price(
        _ request: PriceRequestView,
        with listPrices: Column<Int64>,
        into reply: PriceReply
    ) throws(HandlerError) {
        try handler.price(request, with: listPrices, into: reply)
    }
}
