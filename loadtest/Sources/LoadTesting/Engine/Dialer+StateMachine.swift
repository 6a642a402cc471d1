// SPDX-License-Identifier: Apache-2.0

/// Decides when to open connections: all of them soon, none of them in a storm.
struct Dialer {
    /// Attempts at a time while they succeed: less than any listener's backlog.
    private static let attemptsMaximum = 64
    /// The first pause after a failure, and how often it doubles.
    private static let pauseNanoseconds: UInt64 = 10_000_000, pauseDoublings = 6

    private let wanted: Int
    private var open = 0
    private var opening = 0
    private var pauses = 0
    private var isFailing = false
    private var isPaused = false
    /// Why the last attempt failed.
    private(set) var lastFailure = FailureCause.unreachable

    init(wanted: Int) { self.wanted = wanted }

    /// Whether there is no connection and the last attempt to make one failed.
    var isCutOff: Bool { open == 0 && isFailing }

    /// Whether every connection was made, or one could not be.
    var wasTried: Bool { open == wanted || isFailing }

    /// How many attempts to make now; each ends in `succeeded` or `failed`.
    mutating func begin() -> Int {
        isPaused = false
        let limit = isFailing ? 1 : Self.attemptsMaximum
        let count = max(0, min(limit - opening, wanted - open - opening))
        opening += count
        return count
    }

    mutating func succeeded() {
        opening -= 1
        open += 1
        isFailing = false
    }

    mutating func failed(_ cause: FailureCause) {
        opening -= 1
        isFailing = true
        lastFailure = cause
    }

    /// A connection ended; one that never answered counts as a failed attempt.
    mutating func lost(wasUseful: Bool) {
        open -= 1
        if wasUseful {
            pauses = 0
        } else {
            isFailing = true
            lastFailure = .closedBeforeReply
        }
    }

    /// How long to wait before `begin`; nil when there is nothing to begin or someone waits already.
    mutating func pauseBeforeNextNanoseconds() -> UInt64? {
        guard !isPaused, open + opening < wanted else { return nil }
        guard isFailing else { return opening < Self.attemptsMaximum ? 0 : nil }
        guard opening == 0 else { return nil }
        isPaused = true
        defer { pauses = min(pauses + 1, Self.pauseDoublings) }
        return Self.pauseNanoseconds << UInt64(pauses)
    }
}
