// SPDX-License-Identifier: Apache-2.0

/// Decides whether it pays to wait for something without sleeping.
///
/// It pays when the last wait did: each wait in vain doubles the chances that are let pass before the
/// next one. A pure state machine, one for each thread that waits.
package struct SpinPatience: Sendable {
    /// How long one wait lasts at most.
    ///
    /// Longer than it takes to wake the other side and hear from it (some 70 µs on a virtual
    /// machine), short against every budget.
    package static let spinNanoseconds: UInt64 = 100_000
    /// Chances let pass at most: waiting in vain takes a hundredth of a busy thread.
    static let skippedMaximum = 64

    private var skipped = 0
    private var toSkip = 0

    /// Waits at the first chance.
    package init() {}

    /// Whether to wait at this chance.
    package mutating func shouldSpin() -> Bool {
        guard skipped >= toSkip else {
            skipped += 1
            return false
        }
        skipped = 0
        return true
    }

    /// Takes in what came of a wait.
    package mutating func record(_ outcome: SpinOutcome) {
        switch outcome {
        case .hit: toSkip = 0
        case .miss: toSkip = min(max(2 * toSkip, 1), Self.skippedMaximum)
        case .idle: break
        }
    }
}

/// What came of waiting without sleeping.
package enum SpinOutcome: Sendable {
    /// What was waited for.
    case hit
    /// Nothing in that time.
    case miss
    /// Nothing could come, and no time was spent.
    case idle
}
