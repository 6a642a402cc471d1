// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots
import PluginHost
import Traffic

/// The prices of one cart.
final class PriceDecision: Decision {
    private var request = PriceRequest()
    private var handlerLines = UnsafeMutableBufferPointer<sluice_price_line>(start: nil, count: 0)
    private var customerRow = UInt32.max
    /// The unit price of each handler line on a rung without a model.
    private let fallbackPrices: UnsafeMutableBufferPointer<Int64>

    init(slot: Int, state: ServingState, model: ServedModel, limits: HandlerCallLimits) {
        fallbackPrices = .allocate(capacity: limits.linesMax)
        super.init(slot: slot, purpose: .price, state: state, model: model, limits: limits)
    }

    deinit {
        fallbackPrices.deallocate()
    }

    /// Parses the body, which is copied first so that everything lives as long as the decision.
    func parse(
        _ body: UnsafeRawBufferPointer,
        _ reader: inout RequestReader,
        _ route: PriceRoute
    ) throws(RequestFault) {
        try reader.begin(try arena.copy(body))
        request = try PriceRequest(&reader, arena: arena, linesMaximum: route.linesMaximum)
        guard
            request.currency.isEmpty || request.currency.isEqual(to: state.currency.bytes)
        else {
            throw RequestFault(
                .unprocessableContent,
                "the store's snapshot has prices in another currency",
                field: "/currency"
            )
        }
        assign(
            unit: unit(
                customerID: request.customerID,
                sessionID: request.sessionID,
                shop: request.shop
            )
        )
    }

    /// Finds the rows of the cart's products and of the customer.
    func resolve(_ reader: SnapshotReader) throws(RequestFault) {
        let lines = request.lines
        var known = 0
        for index in lines.indices {
            let key = try arena.upperCased(lines[index].variantID)
            lines[index].productRow = reader.findRow(entity: state.productEntity, key: key)
            if hasPrice(lines[index].productRow) {
                lines[index].handlerLine = known
                known += 1
            }
        }
        try fillHandlerLines(count: known)
        customerRow = UInt32.max
        if let customerEntity = state.customerEntity, !request.customerID.isEmpty {
            customerRow = reader.findRow(entity: customerEntity, key: request.customerID)
        }
    }

    /// Whether there is anything to hold a handler's price against.
    private func hasPrice(_ row: UInt32) -> Bool {
        row != UInt32.max
            && (state.products.listPriceMinor(row) ?? state.products.lastPriceMinor(row)) != nil
    }

    private func fillHandlerLines(count: Int) throws(RequestFault) {
        handlerLines = try arena.allocate(sluice_price_line.self, count: count)
        for line in request.lines where line.handlerLine >= 0 {
            (handlerLines.baseAddress.unsafelyUnwrapped + line.handlerLine).initialize(
                to: sluice_price_line(
                    struct_size: UInt32(MemoryLayout<sluice_price_line>.size),
                    product_row: line.productRow,
                    quantity: line.quantity,
                    variant_id: sluice_bytes(line.variantID)
                )
            )
        }
    }

    // MARK: Ladder

    override var needsHandler: Bool { !handlerLines.isEmpty }

    override func fill(_ call: HandlerCall, deadline: UInt64, unixMilliseconds: Int64) {
        guard let lines = handlerLines.baseAddress else { return }
        call.beginPrice(
            lines: lines,
            count: handlerLines.count,
            currencyDigits: state.currencyDigits
        )
        fillContext(
            of: call,
            shop: request.shop,
            unit: unit(
                customerID: request.customerID,
                sessionID: request.sessionID,
                shop: request.shop
            ),
            customerRow: customerRow,
            deadline: deadline,
            unixMilliseconds: unixMilliseconds
        )
    }

    override func judge() -> DegradeReason? {
        let prices = call.prices
        for index in handlerLines.indices {
            let price = prices[index].unitPriceMinor
            guard isInBand(price, handlerLines[index]) else { return .guardViolation }
        }
        return nil
    }

    /// Whether a price may leave: inside the guard's band, and its total inside 64 bits.
    private func isInBand(_ price: Int64, _ line: sluice_price_line) -> Bool {
        let row = line.product_row
        let list = state.products.listPriceMinor(row)
        let last = state.products.lastPriceMinor(row)
        guard let route = state.prices, let reference = list ?? last else { return false }
        let verdict = route.guardBand.check(
            unitPriceMinor: price,
            listPriceMinor: reference,
            lastPriceMinor: last
        )
        return verdict == .ok && !price.multipliedReportingOverflow(by: line.quantity).overflow
    }

    override func answer(from rung: Rung, _ memory: borrowing WorkerMemory, now: UInt64) -> Bool {
        switch rung {
        case .lastKnownGood: answerLastKnownGood(memory, now: now)
        case .basePrice: answerBasePrices()
        default: true
        }
    }

    private func answerLastKnownGood(_ memory: borrowing WorkerMemory, now: UInt64) -> Bool {
        for (index, line) in handlerLines.enumerated() {
            guard let price = memory.prices.price(for: key(of: line), now: now),
                isInBand(price, line)
            else { return false }
            fallbackPrices[index] = price
        }
        return true
    }

    private func answerBasePrices() -> Bool {
        for (index, line) in handlerLines.enumerated() {
            fallbackPrices[index] =
                state.products.listPriceMinor(line.product_row)
                ?? state.products.lastPriceMinor(line.product_row) ?? 0
        }
        return true
    }

    override func remember(_ memory: borrowing WorkerMemory, now: UInt64) {
        let prices = call.prices
        for (index, line) in handlerLines.enumerated() {
            memory.prices.store(prices[index].unitPriceMinor, for: key(of: line), now: now)
        }
    }

    private func key(of line: sluice_price_line) -> LastKnownGoodPrices.Key {
        LastKnownGoodPrices.Key(
            productRow: line.product_row,
            customerKind: state.customers.kind(of: customerRow),
            quantity: line.quantity
        )
    }

    override func compare(with shadow: HandlerCall, _ recorder: ShadowRecorder) {
        let (live, shadow) = (call.prices, shadow.prices)
        for index in handlerLines.indices {
            let price = shadow[index].unitPriceMinor
            guard
                let delta = PriceDelta(
                    liveMinor: live[index].unitPriceMinor,
                    shadowMinor: price
                )
            else { continue }
            recorder.observe(delta, isInBand: isInBand(price, handlerLines[index]))
        }
    }

    // MARK: Reply

    override func writeBody(_ writer: inout JSONWriter) {
        writer.key("shop")
        writer.string(request.shop)
        writer.key("currency")
        writer.string(state.currency.bytes)
        writeProvenance(&writer)
        writer.key("expires_in_s")
        writer.integer(Int64(state.prices?.expiresInSeconds ?? 0))
        writer.key("lines")
        writer.beginArray()
        for line in request.lines { write(line, &writer) }
        writer.endArray()
    }

    private func write(_ line: PriceRequest.Line, _ writer: inout JSONWriter) {
        writer.beginObject()
        if !line.id.isEmpty {
            writer.key("id")
            writer.string(line.id)
        }
        writer.key("variant_id")
        writer.string(line.variantID)
        writer.key("quantity")
        writer.integer(line.quantity)
        if line.productRow == UInt32.max {
            writeError("unknown_product", "the snapshot has no such product", &writer)
        } else if line.handlerLine < 0 {
            writeError("no_price", "the product has no price", &writer)
        } else {
            writePrice(line, &writer)
        }
        writer.endObject()
    }

    private func writePrice(_ line: PriceRequest.Line, _ writer: inout JSONWriter) {
        let answer = servedVersion == nil ? nil : call.prices[line.handlerLine]
        let price = answer?.unitPriceMinor ?? fallbackPrices[line.handlerLine]
        let (total, overflow) = price.multipliedReportingOverflow(by: line.quantity)
        guard price > 0, !overflow else {
            return writeError("no_price", "the product has no price", &writer)
        }
        writer.key("unit_price")
        writer.money(minorUnits: price, digits: state.currencyDigits)
        if let list = state.products.listPriceMinor(line.productRow) {
            writer.key("list_price")
            writer.money(minorUnits: list, digits: state.currencyDigits)
        }
        writer.key("line_price")
        writer.money(minorUnits: total, digits: state.currencyDigits)
        writer.key("rules")
        writer.beginArray()
        if let answer { write(rulesOf: answer, &writer) }
        writer.endArray()
    }

    private func write(rulesOf answer: PriceAnswer, _ writer: inout JSONWriter) {
        let rules = answer.rules
        if answer.ruleCount > 0 { writer.string(UnsafeRawBufferPointer(rules.0)) }
        if answer.ruleCount > 1 { writer.string(UnsafeRawBufferPointer(rules.1)) }
        if answer.ruleCount > 2 { writer.string(UnsafeRawBufferPointer(rules.2)) }
        if answer.ruleCount > 3 { writer.string(UnsafeRawBufferPointer(rules.3)) }
    }

    private func writeError(
        _ code: StaticString,
        _ detail: StaticString,
        _ writer: inout JSONWriter
    ) {
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.string(code)
        writer.key("detail")
        writer.string(detail)
        writer.endObject()
    }
}
