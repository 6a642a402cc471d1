// SPDX-License-Identifier: Apache-2.0

/// An item and how likely it comes next.
package struct ScoredItem: BitwiseCopyable, Sendable {
    /// The item's number.
    package var item: UInt32
    /// Larger is better; comparable within one answer only.
    package var score: Double

    /// An item with a score.
    package init(item: UInt32, score: Double) {
        self.item = item
        self.score = score
    }

    /// The higher score is better, and of equals the lower number, so that answers are repeatable.
    @inline(__always)
    func isBetter(than other: ScoredItem) -> Bool {
        score > other.score || score == other.score && item < other.item
    }
}

/// The best few of the items offered, in order, in the caller's memory.
struct BestItems {
    private let items: UnsafeMutableBufferPointer<ScoredItem>
    private(set) var count = 0

    init(_ memory: UnsafeMutableBufferPointer<ScoredItem>) { items = memory }

    @inline(__always)
    func admits(_ candidate: ScoredItem) -> Bool {
        count < items.count || count > 0 && candidate.isBetter(than: items[count - 1])
    }

    /// Puts an admitted item in its place; the worst one makes room.
    mutating func insert(_ candidate: ScoredItem) {
        if count < items.count { count += 1 }
        var place = count - 1
        while place > 0 && candidate.isBetter(than: items[place - 1]) {
            items[place] = items[place - 1]
            place -= 1
        }
        items[place] = candidate
    }

    func contains(_ item: UInt32) -> Bool {
        for index in 0..<count where items[index].item == item { return true }
        return false
    }
}
