// SPDX-License-Identifier: Apache-2.0

/// The values of histograms that occur, and how often: a sorted sparse vector.
package struct LatencyCounts: Hashable, Sendable {
    /// One value and how often it occurs.
    package struct Entry: Hashable, Sendable {
        /// The value, in nanoseconds, as the histogram rounds it.
        package var nanoseconds: UInt64
        /// How often it was recorded.
        package var count: UInt64

        /// A value that was recorded so often.
        package init(nanoseconds: UInt64, count: UInt64) {
            self.nanoseconds = nanoseconds
            self.count = count
        }
    }

    /// The values, ascending, each once.
    package private(set) var entries: [Entry] = []

    /// No values.
    package init() {}

    /// The sum of entries in any order.
    package init(_ entries: [Entry]) {
        for entry in entries.sorted(by: { $0.nanoseconds < $1.nanoseconds }) {
            if let last = self.entries.last, last.nanoseconds == entry.nanoseconds {
                self.entries[self.entries.count - 1].count += entry.count
            } else {
                self.entries.append(entry)
            }
        }
    }

    /// The sum of histograms.
    package init(_ histograms: some Sequence<LatencyHistogram>) {
        self.init(histograms.flatMap(\.entries))
    }

    /// Values in all.
    package var count: UInt64 { entries.reduce(0) { $0 + $1.count } }

    /// The value at a rank from 1; nil when there are fewer values.
    package func nanoseconds(atRank rank: UInt64) -> UInt64? {
        var passed: UInt64 = 0
        for entry in entries {
            passed += entry.count
            if passed >= rank { return entry.nanoseconds }
        }
        return nil
    }
}
