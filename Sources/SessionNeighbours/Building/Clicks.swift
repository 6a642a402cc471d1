// SPDX-License-Identifier: Apache-2.0

/// Clicks in columns, 12 bytes each, in the order they were read.
///
/// A click is what a session holds: a view, a purchase, the line of an order.
package struct Clicks: Sendable {
    /// Most clicks of one index: places in it are 32 bits, and building takes 28 bytes a click.
    package static let maximum = 1_000_000_000

    private(set) var sessions: [UInt32] = []
    private(set) var items: [UInt32] = []
    private(set) var times: [UInt32] = []
    /// What tells sessions of equal time apart, by session: the larger is the more recent.
    private(set) var sessionKeys: [UInt64] = []
    /// Unix time that `times` count from.
    private(set) var firstTime: Int64?

    /// No clicks.
    package init() {}

    /// How many there are.
    package var count: Int { items.count }
    /// Sessions so far.
    package var sessionCount: Int { sessionKeys.count }

    /// Begins a session and returns its number.
    package mutating func addSession(key: UInt64) -> UInt32 {
        sessionKeys.append(key)
        return UInt32(sessionKeys.count - 1)
    }

    /// Adds a click.
    ///
    /// - Parameters:
    ///   - session: a number `addSession` returned.
    ///   - item: the item's number.
    ///   - time: Unix seconds.
    /// - Throws: `SessionIndexError` when there are too many, or the times lie 136 years apart.
    package mutating func add(
        session: UInt32,
        item: UInt32,
        time: Int64
    ) throws(SessionIndexError) {
        guard count < Self.maximum else {
            throw SessionIndexError("more than \(Self.maximum) clicks; index the latest ones")
        }
        if let firstTime, time < firstTime { try moveFirstTime(to: time) }
        if firstTime == nil { firstTime = time }
        let (offset, overflow) = time.subtractingReportingOverflow(firstTime ?? time)
        guard !overflow, let offset = UInt32(exactly: offset) else { throw Self.tooFarApart }
        sessions.append(session)
        items.append(item)
        times.append(offset)
    }

    /// Numbers the items anew: `numbers` holds the new number of each old one.
    package mutating func renumberItems(_ numbers: [UInt32]) {
        for index in items.indices { items[index] = numbers[Int(items[index])] }
    }

    /// Hands the columns over, so that they can be freed one by one.
    mutating func takeColumns() -> (sessions: [UInt32], items: [UInt32], times: [UInt32]) {
        defer { (sessions, items, times) = ([], [], []) }
        return (sessions, items, times)
    }

    /// Logs mostly run forward, so an earlier first time is rare and may cost a pass.
    private mutating func moveFirstTime(to time: Int64) throws(SessionIndexError) {
        guard let firstTime else { return }
        // Leave an hour's room, so that a log in reverse order is not moved at each line.
        let earlier = time.subtractingReportingOverflow(3600)
        let (distance, overflow) = firstTime.subtractingReportingOverflow(earlier.partialValue)
        guard !earlier.overflow, !overflow, let shift = UInt32(exactly: distance),
            shift <= UInt32.max - (times.max() ?? 0)
        else { throw Self.tooFarApart }
        for index in times.indices { times[index] += shift }
        self.firstTime = earlier.partialValue
    }

    private static var tooFarApart: SessionIndexError {
        SessionIndexError("the times lie more than 136 years apart; are they Unix seconds?")
    }
}
