// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots
import PluginHost
import Traffic

/// The products to show one shopper.
final class RecommendationDecision: Decision {
    private var request: RecommendationRequest?
    private var customerRow = UInt32.max
    /// The products of a rung without a model.
    private let fallbackRows: UnsafeMutableBufferPointer<UInt32>
    private var fallbackCount = 0

    init(slot: Int, state: ServingState, model: ServedModel, limits: HandlerCallLimits) {
        fallbackRows = .allocate(capacity: limits.itemsMax)
        super.init(slot: slot, purpose: .recommendation, state: state, model: model, limits: limits)
    }

    deinit {
        fallbackRows.deallocate()
    }

    /// Parses the body or, without one, the query; both are copied first so that everything lives as
    /// long as the decision.
    func parse(
        _ incoming: GatewayRequest,
        _ reader: inout RequestReader,
        _ snapshotReader: SnapshotReader,
        _ route: RecommendationRoute
    ) throws(RequestFault) {
        let lookup = ProductLookup(
            reader: snapshotReader,
            entity: state.productEntity,
            arena: arena
        )
        var request = try RecommendationRequest(arena: arena, limit: route.limitDefault)
        if incoming.method == .post {
            try reader.begin(try arena.copy(incoming.body ?? incoming.query))
            try request.read(&reader, lookup: lookup, limitMaximum: route.limitMaximum)
        } else {
            try request.read(
                query: try arena.copy(incoming.query),
                lookup: lookup,
                limitMaximum: route.limitMaximum
            )
        }
        self.request = request
        resolveCustomer(request, snapshotReader)
        assign(unit: unit(of: request))
    }

    private func resolveCustomer(_ request: RecommendationRequest, _ reader: SnapshotReader) {
        customerRow = UInt32.max
        if let customerEntity = state.customerEntity, !request.customerID.isEmpty {
            customerRow = reader.findRow(entity: customerEntity, key: request.customerID)
        }
    }

    private func unit(of request: RecommendationRequest) -> UnsafeRawBufferPointer {
        unit(customerID: request.customerID, sessionID: request.sessionID, shop: request.shop)
    }

    // MARK: Ladder

    override func fill(_ call: HandlerCall, deadline: UInt64, unixMilliseconds: Int64) {
        guard let request else { return }
        call.beginRecommend(limit: request.limit, productCount: state.products.rowCount)
        let asked = call.recommendRequest
        asked.pointee.intent = request.intent.rawValue
        asked.pointee.focus_row = request.focusRow
        asked.pointee.session_rows = request.session.rows.baseAddress
        asked.pointee.session_count = UInt32(request.session.count)
        asked.pointee.cart_rows = request.cart.rows.baseAddress
        asked.pointee.cart_count = UInt32(request.cart.count)
        asked.pointee.exclude_rows = request.exclude.rows.baseAddress
        asked.pointee.exclude_count = UInt32(request.exclude.count)
        fillContext(
            of: call,
            shop: request.shop,
            unit: unit(of: request),
            customerRow: customerRow,
            deadline: deadline,
            unixMilliseconds: unixMilliseconds
        )
    }

    override func answer(from rung: Rung, _ memory: borrowing WorkerMemory, now: UInt64) -> Bool {
        fallbackCount = 0
        switch rung {
        case .cached:
            guard let key else { return false }
            _ = memory.recommendations.forEachRow(for: key, now: now) { addFallback($0) }
            return fallbackCount > 0
        case .popular:
            for row in state.popular.rows where !addFallback(row) { break }
            return fallbackCount > 0
        default:
            return true
        }
    }

    /// Adds a product the shopper may be shown; false when the list is full.
    @discardableResult
    private func addFallback(_ row: UInt32) -> Bool {
        guard let request, fallbackCount < request.limit else { return false }
        let isKnown =
            row == request.focusRow || request.session.rows.contains(row)
            || request.cart.rows.contains(row) || request.exclude.rows.contains(row)
        if !isKnown, state.products.listPriceMinor(row) != nil {
            fallbackRows[fallbackCount] = row
            fallbackCount += 1
        }
        return true
    }

    override func remember(_ memory: borrowing WorkerMemory, now: UInt64) {
        guard let key else { return }
        let items = call.items
        memory.recommendations.store(items.count, for: key, now: now) { items[$0].productRow }
    }

    /// Lists are remembered for the product in focus; without one they are the shopper's own.
    private var key: CachedRecommendations.Key? {
        guard let request, request.focusRow != UInt32.max else { return nil }
        return CachedRecommendations.Key(
            focusRow: request.focusRow,
            intent: request.intent.rawValue
        )
    }

    override func compare(with shadow: HandlerCall, _ recorder: ShadowRecorder) {
        recorder.observe(TopOverlap(live: call.items, shadow: shadow.items))
    }

    // MARK: Reply

    override func writeBody(_ writer: inout JSONWriter) {
        guard let request else { return }
        writer.key("shop")
        writer.string(request.shop)
        writeProvenance(&writer)
        writer.key("intent")
        writer.string(request.intent.name)
        writer.key("items")
        writer.beginArray()
        if servedVersion != nil {
            for item in call.items {
                write(item.productRow, item.score, UnsafeRawBufferPointer(item.reason), &writer)
            }
        } else {
            for row in fallbackRows[..<fallbackCount] {
                write(row, nil, ladder.rung.wireName.bytes, &writer)
            }
        }
        writer.endArray()
    }

    private func write(
        _ row: UInt32,
        _ score: Float?,
        _ reason: UnsafeRawBufferPointer,
        _ writer: inout JSONWriter
    ) {
        guard let price = state.products.listPriceMinor(row) else { return }
        writer.beginObject()
        writer.key("product_id")
        writer.string(state.products.key(row))
        writer.key("title")
        writer.string(state.products.title(row))
        writer.key("price")
        writer.money(minorUnits: price, digits: state.currencyDigits)
        if let score {
            writer.key("score")
            writer.score(score)
        }
        writer.key("reason")
        writer.string(reason)
        writer.endObject()
    }
}
