// SPDX-License-Identifier: Apache-2.0
import CSluice
import PluginHost

/// A checkout's request for prices, parsed.
///
/// Lifetime: the call's.
struct PriceRequest {
    /// One line of the cart.
    struct Line {
        var id = UnsafeRawBufferPointer(start: nil, count: 0)
        var variantID = UnsafeRawBufferPointer(start: nil, count: 0)
        var quantity: Int64 = 0
        /// The product's row, or `SLUICE_NO_ROW` for a product the snapshot does not have.
        var productRow = UInt32.max
        /// Position among the lines the handler prices; -1 for a product without any price.
        var handlerLine = -1
    }

    /// Quantity of one line: a million is beyond any order.
    static let quantityMaximum: Int64 = 1_000_000

    var shop = UnsafeRawBufferPointer(start: nil, count: 0)
    var currency = UnsafeRawBufferPointer(start: nil, count: 0)
    var customerID = UnsafeRawBufferPointer(start: nil, count: 0)
    var sessionID = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Room for as many lines as the route allows; the first `lineCount` are the cart.
    private var room = UnsafeMutableBufferPointer<Line>(start: nil, count: 0)
    private var lineCount = 0

    init() {}

    /// Parses the body of `POST /v1/prices`.
    ///
    /// Fields the gateway does not know are checked and passed over.
    ///
    /// - Throws: 400 for what is not JSON, 422 for a wrong shape or value.
    init(
        _ reader: inout RequestReader,
        arena: CallArena,
        linesMaximum: Int
    ) throws(RequestFault) {
        room = try arena.allocate(Line.self, count: linesMaximum)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "shop": shop = try reader.identifier(arena)
            case "currency": currency = try reader.string(arena)
            case "customer_id": customerID = try reader.optionalIdentifier(arena)
            case "session_id": sessionID = try reader.optionalIdentifier(arena)
            case "lines": try readLines(&reader, arena)
            default: try reader.skipValue()
            }
        }
        try reader.end()
        try checkPresence()
    }

    /// The lines of the cart.
    var lines: UnsafeMutableBufferPointer<Line> {
        UnsafeMutableBufferPointer(rebasing: room[..<lineCount])
    }

    private func checkPresence() throws(RequestFault) {
        if shop.isEmpty {
            throw RequestFault(.unprocessableContent, "shop is missing", field: "/shop")
        }
        if lineCount == 0 {
            throw RequestFault(
                .unprocessableContent,
                "at least one line is needed",
                field: "/lines"
            )
        }
    }

    private mutating func readLines(
        _ reader: inout RequestReader,
        _ arena: CallArena
    ) throws(RequestFault) {
        try reader.beginArray()
        while try reader.nextElement() {
            guard lineCount < room.count else { throw .atReader("too many lines") }
            (room.baseAddress.unsafelyUnwrapped + lineCount).initialize(
                to: try readLine(&reader, arena)
            )
            lineCount += 1
        }
    }

    private func readLine(
        _ reader: inout RequestReader,
        _ arena: CallArena
    ) throws(RequestFault) -> Line {
        var line = Line()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "id": line.id = try reader.identifier(arena)
            case "variant_id": line.variantID = try reader.identifier(arena)
            case "quantity":
                line.quantity = try reader.integer(in: 1...Self.quantityMaximum)
            default: try reader.skipValue()
            }
        }
        if line.variantID.isEmpty { throw .atReader("variant_id is missing") }
        if line.quantity == 0 { throw .atReader("quantity is missing") }
        return line
    }
}
