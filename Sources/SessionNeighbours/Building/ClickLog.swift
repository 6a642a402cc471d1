// SPDX-License-Identifier: Apache-2.0

/// The clicks of a log, with the keys of its items.
package struct ClickLog: Sendable {
    /// The clicks; items are numbered in the order they first came, or as `Items` says.
    package var clicks: Clicks
    /// Keys of the items by number.
    package var itemKeys: [[UInt8]]
    /// Clicks of items that were not asked for.
    package let droppedClicks: Int

    /// A log made of what is in memory.
    package init(clicks: Clicks, itemKeys: [[UInt8]], droppedClicks: Int = 0) {
        self.clicks = clicks
        self.itemKeys = itemKeys
        self.droppedClicks = droppedClicks
    }

    /// Which items of a log count.
    package enum Items {
        /// All, numbered as they come.
        case all
        /// Those with a number in a table of others; nil leaves the click out.
        case numbered(_ number: (UnsafeBufferPointer<UInt8>) -> UInt32?)
    }

    /// Reads a log in the field's format: `SessionId`, `ItemId` and `Time`, apart by tabs.
    ///
    /// The first line may be a header, which may name the columns in another order, among others.
    /// Times are Unix seconds with or without a fraction, rounded, or milliseconds. Lines come in any order.
    ///
    /// - Parameters:
    ///   - path: a text file, not compressed.
    ///   - items: which items count.
    ///   - progress: called some hundred times with bytes read, bytes in all and clicks.
    /// - Returns: the clicks.
    /// - Throws: `SessionIndexError` with the line at fault.
    package static func read(
        _ path: String,
        items: Items = .all,
        progress: (_ read: Int, _ total: Int, _ clicks: Int) -> Void = { _, _, _ in }
    ) throws(SessionIndexError) -> ClickLog {
        let file = try SessionIndexStorage(mapping: path)
        var reader = ClickLogReader(path: path, items: items)
        try reader.read(file.bytes.assumingMemoryBound(to: UInt8.self), progress)
        return reader.log
    }

    /// Numbers the items in the bytewise order of their keys, as an index needs them.
    package mutating func sortItems() {
        let order = itemKeys.indices.sorted {
            itemKeys[$0].lexicographicallyPrecedes(itemKeys[$1])
        }
        var numbers = [UInt32](repeating: 0, count: order.count)
        for (number, item) in order.enumerated() { numbers[item] = UInt32(number) }
        clicks.renumberItems(numbers)
        itemKeys = order.map { itemKeys[$0] }
    }
}
