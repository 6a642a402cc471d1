// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots
import PluginHost

/// What is being recommended for.
enum RecommendationIntent: UInt32 {
    /// Products like the one in focus.
    case related = 1
    /// Products that go with it.
    case complementary = 2

    init?(_ text: UnsafeRawBufferPointer) {
        if text.isEqual(to: "related") {
            self = .related
        } else if text.isEqual(to: "complementary") {
            self = .complementary
        } else {
            return nil
        }
    }

    var name: StaticString {
        switch self {
        case .related: "related"
        case .complementary: "complementary"
        }
    }
}

/// A list of products a request names, as rows of the snapshot; unknown ones are dropped.
struct ProductRows {
    /// Products of one list: sessions and carts beyond that say nothing more about the shopper.
    static let countMaximum = 100

    private let room: UnsafeMutableBufferPointer<UInt32>
    private(set) var count = 0

    init(_ arena: CallArena) throws(RequestFault) {
        room = try arena.allocate(UInt32.self, count: Self.countMaximum)
    }

    /// Keeps a row; false when the list is full.
    mutating func append(_ row: UInt32) -> Bool {
        guard count < room.count else { return false }
        room[count] = row
        count += 1
        return true
    }

    var rows: UnsafeBufferPointer<UInt32> {
        UnsafeBufferPointer(rebasing: UnsafeBufferPointer(room)[..<count])
    }
}

/// A widget's request for products, parsed.
///
/// Lifetime: the call's.
struct RecommendationRequest {
    var shop = UnsafeRawBufferPointer(start: nil, count: 0)
    var customerID = UnsafeRawBufferPointer(start: nil, count: 0)
    var sessionID = UnsafeRawBufferPointer(start: nil, count: 0)
    var intent = RecommendationIntent.related
    var limit: Int
    var focusRow = UInt32.max
    var session: ProductRows
    var cart: ProductRows
    var exclude: ProductRows

    init(arena: CallArena, limit: Int) throws(RequestFault) {
        self.limit = limit
        session = try ProductRows(arena)
        cart = try ProductRows(arena)
        exclude = try ProductRows(arena)
    }

    func checkPresence() throws(RequestFault) {
        if shop.isEmpty {
            throw RequestFault(.unprocessableContent, "shop is missing", field: "/shop")
        }
    }
}

/// Where a parser finds the rows of the products a request names.
struct ProductLookup {
    let reader: SnapshotReader
    let entity: Int
    let arena: CallArena

    /// The row of a product id in any case, or `SLUICE_NO_ROW`; an empty one is no product.
    func row(_ id: UnsafeRawBufferPointer) throws(RequestFault) -> UInt32 {
        id.isEmpty ? UInt32.max : reader.findRow(entity: entity, key: try arena.upperCased(id))
    }

    /// Adds a product to a list; false when the list is full.
    ///
    /// Unknown products are dropped.
    func add(_ id: UnsafeRawBufferPointer, to list: inout ProductRows) throws(RequestFault) -> Bool
    {
        let row = try row(id)
        return row == UInt32.max || list.append(row)
    }
}
