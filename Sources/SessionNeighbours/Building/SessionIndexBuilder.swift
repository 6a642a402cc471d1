// SPDX-License-Identifier: Apache-2.0

/// Makes an index of clicks.
///
/// Memory: 28 bytes a click at the peak, then the index.
package struct SessionIndexBuilder {
    private let rules: SessionIndexRules
    private let clickCount: Int
    private let firstTime: Int64
    private var sessions: OrderedSessions

    /// Sorts clicks into sessions and sessions by time.
    ///
    /// - Parameters:
    ///   - clicks: in any order; those of one session and one time keep theirs.
    ///   - rules: which sessions are kept.
    package init(_ clicks: consuming Clicks, rules: SessionIndexRules) {
        self.rules = rules
        clickCount = clicks.count
        firstTime = clicks.firstTime ?? 0
        sessions = OrderedSessions(clicks, rules: rules)
    }

    /// Sessions left out because they are too short.
    package var shortSessions: Int { sessions.shortCount }
    /// Sessions left out because they are too long.
    package var longSessions: Int { sessions.longCount }

    /// Makes the index.
    ///
    /// - Parameters:
    ///   - itemCount: items are numbered below it.
    ///   - keys: of the items, ascending bytewise; empty for an index without keys.
    /// - Returns: the index's memory.
    /// - Throws: `SessionIndexError` when a number does not fit.
    package func finish(
        itemCount: Int,
        keys: [[UInt8]] = []
    ) throws(SessionIndexError) -> SessionIndexStorage {
        let counts = sessions.countsByItem(itemCount)
        let kept = counts.map { min($0, UInt32(rules.postingsMaximum)) }
        let popular = popularItems(counts)
        var header = SessionIndexHeader()
        header.itemWidth = itemCount <= 1 << 16 ? 2 : itemCount <= 1 << 24 ? 3 : 4
        header.itemCount = UInt32(itemCount)
        header.sessionCount = UInt32(sessions.count)
        header.postingCount = try Self.total(kept)
        header.sessionItemCount = try Self.total(counts)
        header.popularCount = UInt32(popular.count)
        header.postingsMaximum = UInt32(rules.postingsMaximum)
        header.keyBytes = keys.reduce(0) { $0 + UInt64($1.count) }
        header.clickCount = UInt64(clickCount)
        header.firstTime = firstTime
        let writer = SessionIndexWriter(header)
        writer.writeItems(counts, popular: popular, keys: keys)
        writer.writeSessions(sessions)
        writer.writePostings(sessions, kept: kept)
        return writer.storage
    }

    private static func total(_ counts: [UInt32]) throws(SessionIndexError) -> UInt32 {
        guard let total = UInt32(exactly: counts.reduce(0) { $0 + Int($1) }) else {
            throw SessionIndexError("the sessions hold more items than an index can number")
        }
        return total
    }

    private func popularItems(_ counts: [UInt32]) -> [UInt32] {
        let items = counts.indices.filter { counts[$0] > 0 }
        let sorted = items.sorted { counts[$0] > counts[$1] || counts[$0] == counts[$1] && $0 < $1 }
        return sorted.prefix(rules.popularMaximum).map { UInt32($0) }
    }
}
