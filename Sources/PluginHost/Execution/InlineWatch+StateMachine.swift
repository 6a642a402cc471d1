// SPDX-License-Identifier: Apache-2.0

/// Decides when a handler is too slow for the event loop.
///
/// Three overruns within the window and among few calls are a habit; one among thousands is a page
/// fault, or a thread the system took off its core. The gateway then runs the handler pooled. A pure
/// state machine: one for each handler version and event loop.
package struct InlineWatch: Sendable {
    /// Longest time an inline execution may take: a hundred times what a handler promises, and the
    /// most an event loop may be late without its other shoppers noticing.
    package static let ceilingNanoseconds: UInt64 = 1_000_000
    /// Overruns within the window that demote the handler.
    package static let overrunsMax = 3
    /// How long an overrun is remembered.
    package static let windowNanoseconds: UInt64 = 10_000_000_000
    /// Calls among which an overrun is remembered: fewer than one overrun in a hundred calls says
    /// more about the machine than about the handler.
    package static let windowCalls: UInt64 = 300

    private struct Overrun {
        var time: UInt64
        var call: UInt64
    }

    /// The last overruns, oldest first; as many as demote.
    private var overruns: InlineArray<3, Overrun?> = [nil, nil, nil]
    private var callCount: UInt64 = 0

    /// Whether the handler has to leave the event loop.
    ///
    /// Once true it stays true.
    package private(set) var shouldDemote = false

    /// A watch that has seen nothing.
    package init() {}

    /// Takes in one execution that ended at `now`.
    package mutating func record(durationNanoseconds: UInt64, at now: UInt64) {
        callCount &+= 1
        guard durationNanoseconds > Self.ceilingNanoseconds else { return }
        for index in 1..<Self.overrunsMax { overruns[index - 1] = overruns[index] }
        overruns[Self.overrunsMax - 1] = Overrun(time: now, call: callCount)
        guard let oldest = overruns[0] else { return }
        let isHabit =
            now &- oldest.time <= Self.windowNanoseconds
            && callCount &- oldest.call < Self.windowCalls
        shouldDemote = shouldDemote || isHabit
    }
}
