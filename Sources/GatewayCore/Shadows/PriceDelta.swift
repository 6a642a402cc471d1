// SPDX-License-Identifier: Apache-2.0

/// How a shadow's price of one line differs from the live one.
///
/// All arithmetic is exact, over products at 128 bits. A pure value.
struct PriceDelta: Equatable {
    enum Order: Int, CaseIterable { case lower, equal, higher }

    /// Upper edges of the buckets in basis points of the live price, inclusive, ascending.
    ///
    /// Close at zero, where rounding rules show; wide where a model has gone wrong.
    static let edgesBasisPoints: [Int64] = [
        -5_000, -2_000, -1_000, -500, -200, -100, 0, 100, 200, 500, 1_000, 2_000, 5_000,
    ]
    /// One for each edge and one above the last.
    static let bucketCount = 14

    /// Beyond a thousandfold a price is wrong, no matter how much.
    private static let millionthsMaximum: Int128 = 1_000_000_000

    let liveMinor: Int64
    let shadowMinor: Int64

    /// Nil for a live price of zero, of which nothing is a share.
    init?(liveMinor: Int64, shadowMinor: Int64) {
        guard liveMinor > 0 else { return nil }
        self.liveMinor = liveMinor
        self.shadowMinor = shadowMinor
    }

    var order: Order {
        shadowMinor == liveMinor ? .equal : shadowMinor < liveMinor ? .lower : .higher
    }

    /// The shadow's price less the live one, in millionths of the live one, rounded toward zero.
    var millionths: Int64 {
        let ratio = difference * 1_000_000 / Int128(liveMinor)
        return Int64(max(-Self.millionthsMaximum, min(ratio, Self.millionthsMaximum)))
    }

    var bucket: Int {
        let scaled = difference * 10_000
        return Self.edgesBasisPoints.withUnsafeBufferPointer { edges in
            var bucket = 0
            while bucket < edges.count, scaled > Int128(edges[bucket]) * Int128(liveMinor) {
                bucket += 1
            }
            return bucket
        }
    }

    private var difference: Int128 { Int128(shadowMinor) - Int128(liveMinor) }
}
