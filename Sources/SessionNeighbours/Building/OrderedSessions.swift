// SPDX-License-Identifier: Apache-2.0

/// The sessions of a log in the order of time, each with its different items in the order of their
/// last clicks.
struct OrderedSessions {
    private(set) var shortCount = 0
    private(set) var longCount = 0
    /// Ends of the sessions within `items`, in the order they were found.
    private var ends: [UInt32] = []
    private var items: [UInt32] = []
    private var times: [UInt32] = []
    /// Found sessions in the order of time.
    private var order: [UInt32] = []

    init(_ clicks: consuming Clicks, rules: SessionIndexRules) {
        let keys = clicks.sessionKeys
        var grouped = GroupedClicks(clicks)
        var kept: [UInt64] = []
        for session in keys.indices {
            let range = grouped.sortedRange(ofSession: session)
            if append(range, of: grouped, rules) { kept.append(keys[session]) }
        }
        order = (0..<UInt32(kept.count)).sorted { [times] left, right in
            let (left, right) = (Int(left), Int(right))
            return (times[left], kept[left]) < (times[right], kept[right])
        }
    }

    var count: Int { order.count }

    /// Seconds from the first time to the end of a session.
    func time(_ session: Int) -> UInt32 { times[Int(order[session])] }

    /// The items of a session, in the order of their last clicks.
    func items(_ session: Int) -> ArraySlice<UInt32> {
        let found = Int(order[session])
        return items[(found == 0 ? 0 : Int(ends[found - 1]))..<Int(ends[found])]
    }

    /// How many sessions each item is in.
    func countsByItem(_ itemCount: Int) -> [UInt32] {
        var counts = [UInt32](repeating: 0, count: itemCount)
        for item in items { counts[Int(item)] += 1 }
        return counts
    }

    /// Takes a session's clicks in, each item once; false when the rules leave it out.
    private mutating func append(
        _ range: Range<Int>,
        of clicks: GroupedClicks,
        _ rules: SessionIndexRules
    ) -> Bool {
        guard range.count >= rules.clicksMinimum else {
            shortCount += 1
            return false
        }
        let start = items.count
        for click in range.reversed() where !items[start...].contains(clicks.items[click]) {
            items.append(clicks.items[click])
            if items.count - start > rules.itemsMaximum { break }
        }
        guard items.count - start <= rules.itemsMaximum else {
            items.removeSubrange(start...)
            longCount += 1
            return false
        }
        items[start...].reverse()
        ends.append(UInt32(items.count))
        times.append(clicks.times[range.upperBound - 1])
        return true
    }
}

/// Clicks of the same session side by side.
struct GroupedClicks {
    private(set) var items: [UInt32]
    private(set) var times: [UInt32]
    /// Ends of the sessions; during the distribution their next places.
    private var ends: [UInt32]

    init(_ clicks: consuming Clicks) {
        ends = [UInt32](repeating: 0, count: clicks.sessionCount)
        let columns = clicks.takeColumns()
        for session in columns.sessions { ends[Int(session)] += 1 }
        var start: UInt32 = 0
        for session in ends.indices { (ends[session], start) = (start, start + ends[session]) }
        items = [UInt32](repeating: 0, count: columns.items.count)
        times = [UInt32](repeating: 0, count: columns.items.count)
        for click in columns.sessions.indices {
            let session = Int(columns.sessions[click])
            let place = Int(ends[session])
            items[place] = columns.items[click]
            times[place] = columns.times[click]
            ends[session] += 1
        }
    }

    /// Where the clicks of a session are, once in the order of time.
    mutating func sortedRange(ofSession session: Int) -> Range<Int> {
        let start = session == 0 ? 0 : Int(ends[session - 1])
        let range = start..<Int(ends[session])
        let isSorted = range.dropFirst().allSatisfy { times[$0 - 1] <= times[$0] }
        if !isSorted { sort(range) }
        return range
    }

    /// Clicks of equal time keep their order.
    private mutating func sort(_ range: Range<Int>) {
        let order = range.sorted { (times[$0], $0) < (times[$1], $1) }
        let sorted = order.map { (items[$0], times[$0]) }
        for (place, click) in zip(range, sorted) { (items[place], times[place]) = click }
    }
}
