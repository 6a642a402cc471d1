// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// What both handlers read of a snapshot: which products are sold, and which of them most.
struct Catalogue {
    let rowCount: Int
    /// Product rows, best first.
    let popular: UnsafeBufferPointer<UInt32>
    private let listed: Column<UInt32>
    private let listPrices: Column<Int64>

    init(_ snapshot: SnapshotView) throws(HandlerError) {
        let products = try snapshot.entity(named: "product")
        rowCount = products.rowCount
        listed = try products.column(named: "listed")
        listPrices = try products.column(named: "list_price")
        popular = try snapshot.rowNumbers(inBlob: "popular")
    }

    /// Whether a product exists, is listed and has a price above zero.
    func isSold(_ row: UInt32) -> Bool {
        (listed[row] ?? 0) != 0 && (listPrices[row] ?? 0) > 0
    }

    /// How many items a request can get.
    func limit(of request: RecommendRequestView) -> Int { min(request.limit, rowCount) }
}
