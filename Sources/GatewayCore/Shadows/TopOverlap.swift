// SPDX-License-Identifier: Apache-2.0
import PluginHost

/// How much the heads of two recommendation lists have in common, whatever their order.
///
/// The head is as long as the live list, and at most ten: what a widget shows. A pure value.
struct TopOverlap: Equatable {
    /// Items compared at most.
    static let countMaximum = 10
    /// Upper edges of the buckets in tenths, inclusive; nothing lies above the last.
    static let tenths = 0...10
    /// One for each edge and one above the last, as every histogram has.
    static let bucketCount = 12

    /// A part of a whole.
    struct Share: Equatable {
        let part: Int
        let whole: Int

        var millionths: Int64 { whole == 0 ? 1_000_000 : Int64(part * 1_000_000 / whole) }

        var bucket: Int {
            var bucket = 0
            while bucket * whole < part * 10 { bucket += 1 }
            return whole == 0 ? 10 : bucket
        }
    }

    /// Of the live head, the share that the shadow's head has too.
    let live: Share
    /// What both have of what either has: the Jaccard index.
    let jaccard: Share

    init(
        live: UnsafeMutableBufferPointer<ItemAnswer>,
        shadow: UnsafeMutableBufferPointer<ItemAnswer>
    ) {
        let shown = live.isEmpty ? Self.countMaximum : min(live.count, Self.countMaximum)
        let (live, shadow) = (live.prefix(shown), shadow.prefix(shown))
        let (liveCount, shadowCount) = (Self.distinctCount(live), Self.distinctCount(shadow))
        var common = 0
        for index in live.indices where Self.isFirst(index, in: live) {
            if shadow.contains(where: { $0.productRow == live[index].productRow }) { common += 1 }
        }
        self.live = Share(part: common, whole: live.isEmpty ? shadowCount : liveCount)
        jaccard = Share(part: common, whole: liveCount + shadowCount - common)
    }

    private typealias Head = Slice<UnsafeMutableBufferPointer<ItemAnswer>>

    private static func distinctCount(_ head: Head) -> Int {
        var count = 0
        for index in head.indices where isFirst(index, in: head) { count += 1 }
        return count
    }

    /// Whether the product at an index is not in the list before it.
    private static func isFirst(_ index: Int, in head: Head) -> Bool {
        !head[..<index].contains { $0.productRow == head[index].productRow }
    }
}
