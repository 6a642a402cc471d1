// SPDX-License-Identifier: Apache-2.0

/// Counts of one reading of the input.
struct HistoryTally: Equatable {
    var rows = 0
    var sales = 0
    var refunds = 0
    var orders = 0
    /// Prices with more digits than the currency has.
    var roundedPrices = 0
    /// The first malformed rows, as `line: reason`.
    var malformedRows: [String] = []
    private var drops = [Int](repeating: 0, count: DropReason.allCases.count)

    subscript(reason: DropReason) -> Int { drops[Self.index(reason)] }

    mutating func drop(_ reason: DropReason) {
        drops[Self.index(reason)] += 1
    }

    mutating func keep(_ kind: HistoryLine.Kind) {
        if kind == .sale { sales += 1 } else { refunds += 1 }
    }

    private static func index(_ reason: DropReason) -> Int {
        switch reason {
        case .malformed: 0
        case .adjustment: 1
        case .nonProduct: 2
        case .zeroQuantity: 3
        case .positiveCancellation: 4
        case .stockCorrection: 5
        case .negativePrice: 6
        case .zeroPrice: 7
        case .repeated: 8
        }
    }
}
