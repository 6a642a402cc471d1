// SPDX-License-Identifier: Apache-2.0
import PluginHost

extension RecommendationRequest {
    /// Reads the query of `GET /v1/recommendations` into the request; lists are comma-separated.
    ///
    /// - Throws: 400 for a malformed escape, 422 for a wrong or repeated value.
    mutating func read(
        query: UnsafeRawBufferPointer,
        lookup: ProductLookup,
        limitMaximum: Int
    ) throws(RequestFault) {
        var reader = QueryReader(query)
        var seen = SeenParameters()
        while let (name, value) = reader.next() {
            guard let parameter = Parameter(name) else { continue }
            guard seen.insert(parameter) else {
                throw RequestFault(
                    .unprocessableContent,
                    "the parameter appears twice",
                    field: parameter.pointer
                )
            }
            let text = try lookup.arena.queryValue(value, field: parameter.pointer)
            try take(parameter, text, lookup, limitMaximum)
        }
        try checkPresence()
    }

    /// The parameters the gateway reads; others are passed over.
    private enum Parameter: UInt8, CaseIterable {
        case shop, customerID, sessionID, productID, limit, intent, sessionItems, cart, exclude

        init?(_ name: UnsafeRawBufferPointer) {
            for parameter in Self.allCases where name.isEqual(to: parameter.name) {
                self = parameter
                return
            }
            return nil
        }

        var name: StaticString {
            switch self {
            case .shop: "shop"
            case .customerID: "customer_id"
            case .sessionID: "session_id"
            case .productID: "product_id"
            case .limit: "limit"
            case .intent: "intent"
            case .sessionItems: "session_items"
            case .cart: "cart"
            case .exclude: "exclude"
            }
        }

        var pointer: StaticString {
            switch self {
            case .shop: "/shop"
            case .customerID: "/customer_id"
            case .sessionID: "/session_id"
            case .productID: "/product_id"
            case .limit: "/limit"
            case .intent: "/intent"
            case .sessionItems: "/session_items"
            case .cart: "/cart"
            case .exclude: "/exclude"
            }
        }

        var isList: Bool {
            switch self {
            case .sessionItems, .cart, .exclude: true
            default: false
            }
        }
    }

    private struct SeenParameters {
        private var bits: UInt16 = 0

        mutating func insert(_ parameter: Parameter) -> Bool {
            let bit: UInt16 = 1 << UInt16(parameter.rawValue)
            defer { bits |= bit }
            return bits & bit == 0
        }
    }

    private mutating func take(
        _ parameter: Parameter,
        _ text: UnsafeRawBufferPointer,
        _ lookup: ProductLookup,
        _ limitMaximum: Int
    ) throws(RequestFault) {
        guard text.count <= RequestReader.identifierBytesMaximum || parameter.isList else {
            throw RequestFault(
                .unprocessableContent,
                "expected at most 255 bytes",
                field: parameter.pointer
            )
        }
        switch parameter {
        case .shop: shop = text
        case .customerID: customerID = text
        case .sessionID: sessionID = text
        case .productID: focusRow = try lookup.row(text)
        case .limit: limit = try Self.limit(text, limitMaximum)
        case .intent: intent = try Self.intent(text)
        case .sessionItems: try Self.read(text, into: &session, lookup, parameter)
        case .cart: try Self.read(text, into: &cart, lookup, parameter)
        case .exclude: try Self.read(text, into: &exclude, lookup, parameter)
        }
    }

    private static func limit(
        _ text: UnsafeRawBufferPointer,
        _ maximum: Int
    ) throws(RequestFault) -> Int {
        var value = 0
        for byte in text {
            let digit = Int(byte) - Int(UInt8(ascii: "0"))
            guard (0...9).contains(digit), value <= maximum else { value = 0; break }
            value = value * 10 + digit
        }
        guard (1...maximum).contains(value) else {
            throw RequestFault(
                .unprocessableContent,
                "the number is out of range",
                field: "/limit"
            )
        }
        return value
    }

    private static func intent(
        _ text: UnsafeRawBufferPointer
    ) throws(RequestFault) -> RecommendationIntent {
        guard let intent = RecommendationIntent(text) else {
            throw RequestFault(
                .unprocessableContent,
                "intent is neither related nor complementary",
                field: "/intent"
            )
        }
        return intent
    }

    private static func read(
        _ text: UnsafeRawBufferPointer,
        into list: inout ProductRows,
        _ lookup: ProductLookup,
        _ parameter: Parameter
    ) throws(RequestFault) {
        var rest = text
        while !rest.isEmpty {
            let id = UnsafeRawBufferPointer(rebasing: rest.prefix { $0 != UInt8(ascii: ",") })
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(id.count + 1))
            if id.isEmpty { continue }
            guard try lookup.add(id, to: &list) else {
                throw RequestFault(
                    .unprocessableContent,
                    "more than 100 known products",
                    field: parameter.pointer
                )
            }
        }
    }
}
