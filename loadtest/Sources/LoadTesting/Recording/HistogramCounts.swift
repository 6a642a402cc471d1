// SPDX-License-Identifier: Apache-2.0

/// The counts of an HDR histogram that are not zero, by ascending index.
struct HistogramCounts: Equatable {
    struct Entry: Equatable {
        let index: Int
        var count: UInt64
    }

    private(set) var entries: [Entry] = []

    init() {}

    /// Counts times; sorts them in place to do so.
    init(ofSorting nanoseconds: inout [UInt64]) {
        nanoseconds.sort()
        for time in nanoseconds { append(1, at: HistogramLayout.index(of: time)) }
    }

    var total: UInt64 { entries.reduce(0) { $0 &+ $1.count } }

    /// Adds a count at an index that is not below the last one.
    mutating func append(_ count: UInt64, at index: Int) {
        if let last = entries.indices.last, entries[last].index == index {
            entries[last].count &+= count
        } else {
            entries.append(Entry(index: index, count: count))
        }
    }

    /// Both histograms' counts.
    func adding(_ other: HistogramCounts) -> HistogramCounts {
        var sum = HistogramCounts()
        var (mine, theirs) = (entries[...], other.entries[...])
        while let entry = Self.popSmallest(&mine, &theirs) {
            sum.append(entry.count, at: entry.index)
        }
        return sum
    }

    private static func popSmallest(
        _ left: inout ArraySlice<Entry>,
        _ right: inout ArraySlice<Entry>
    ) -> Entry? {
        guard let first = left.first else { return right.popFirst() }
        guard let second = right.first, second.index < first.index else { return left.popFirst() }
        return right.popFirst()
    }
}
