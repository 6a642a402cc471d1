// SPDX-License-Identifier: Apache-2.0
import PluginHost

extension RecommendationRequest {
    /// Reads the body of `POST /v1/recommendations` into the request.
    ///
    /// Fields the gateway does not know are checked and passed over.
    ///
    /// - Throws: 400 for what is not JSON, 422 for a wrong shape or value.
    mutating func read(
        _ reader: inout RequestReader,
        lookup: ProductLookup,
        limitMaximum: Int
    ) throws(RequestFault) {
        let arena = lookup.arena
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "shop": shop = try reader.identifier(arena)
            case "customer_id": customerID = try reader.optionalIdentifier(arena)
            case "session_id": sessionID = try reader.optionalIdentifier(arena)
            case "product_id": focusRow = try lookup.row(reader.optionalIdentifier(arena))
            case "limit": limit = Int(try reader.integer(in: 1...Int64(limitMaximum)))
            case "intent": try readIntent(&reader, arena)
            case "session_items": try Self.read(&session, &reader, lookup)
            case "cart": try Self.read(&cart, &reader, lookup)
            case "exclude": try Self.read(&exclude, &reader, lookup)
            default: try reader.skipValue()
            }
        }
        try reader.end()
        try checkPresence()
    }

    private mutating func readIntent(
        _ reader: inout RequestReader,
        _ arena: CallArena
    ) throws(RequestFault) {
        guard let intent = RecommendationIntent(try reader.string(arena)) else {
            throw .atReader("intent is neither related nor complementary")
        }
        self.intent = intent
    }

    private static func read(
        _ list: inout ProductRows,
        _ reader: inout RequestReader,
        _ lookup: ProductLookup
    ) throws(RequestFault) {
        try reader.beginArray()
        while try reader.nextElement() {
            guard try lookup.add(reader.identifier(lookup.arena), to: &list) else {
                throw .atReader("more than 100 known products")
            }
        }
    }
}
