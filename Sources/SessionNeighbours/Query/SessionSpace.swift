// SPDX-License-Identifier: Apache-2.0

/// A past session that shares an item with the shopper's.
struct Neighbour: BitwiseCopyable {
    var score: Double
    var session: UInt32
    /// Steps back from the shopper's newest item to the newest one in common.
    var match: UInt32
}

/// A list of past sessions being merged, the most recent first.
struct SessionCursor: BitwiseCopyable {
    /// The session at hand plus one; 0 when there is none.
    var head: UInt32
    var position: UInt32
    var weight: Double
    var next: UnsafePointer<UInt32>
    var end: UnsafePointer<UInt32>

    @inline(__always)
    mutating func advance() {
        guard next < end else { return head = 0 }
        head = next.pointee &+ 1
        next += 1
    }
}

/// The memory of one query at a time.
///
/// Lifetime: made once, used for any number of queries of one model. Concurrency: one query at a time.
package final class SessionSpace {
    let cursors: UnsafeMutablePointer<SessionCursor>
    let neighbours: UnsafeMutablePointer<Neighbour>
    let keys: UnsafeMutablePointer<Double>
    var scores: ItemScores

    /// Memory for the queries of one model.
    package init(_ model: SessionModel) {
        let sessions = model.recentSessions
        cursors = .allocate(capacity: SessionParameters.lastItemsRange.upperBound)
        neighbours = .allocate(capacity: max(sessions, 1))
        keys = .allocate(capacity: max(sessions, 1))
        let longest = SessionIndexFormat.sessionLengthMaximum
        let speaking = min(model.parameters.neighbours, sessions)
        scores = ItemScores(
            itemsMaximum: min(speaking * longest, model.index.itemCount)
                + SessionParameters.lastItemsRange.upperBound
        )
    }

    deinit {
        cursors.deallocate()
        neighbours.deallocate()
        keys.deallocate()
        scores.deallocate()
    }
}
