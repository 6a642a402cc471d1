// SPDX-License-Identifier: Apache-2.0
import SluiceKit

/// The products that speak for others: the focus, then the last few of cart and session.
///
/// Nearest first and each once. For related products the session speaks before the cart, for
/// complementary ones the cart before the session.
struct Evidence {
    /// Older items say little about what comes next.
    static let recentMax = 4
    /// The focus comes on top.
    static let rowsMax = 5

    private var rows = InlineArray<5, UInt32>(repeating: .max)
    private(set) var count = 0

    init(_ request: RecommendRequestView) {
        if let focus = request.focusRow { append(focus) }
        let end = count + Self.recentMax
        let isRelated = request.intent == .related
        append(isRelated ? request.sessionRows : request.cartRows, end: end)
        append(isRelated ? request.cartRows : request.sessionRows, end: end)
    }

    subscript(index: Int) -> UInt32 { rows[index] }

    private mutating func append(_ oldestFirst: UnsafeBufferPointer<UInt32>, end: Int) {
        var index = oldestFirst.count
        while index > 0 && count < end {
            index -= 1
            append(oldestFirst[index])
        }
    }

    private mutating func append(_ row: UInt32) {
        for index in 0..<count where rows[index] == row { return }
        rows[count] = row
        count += 1
    }
}
