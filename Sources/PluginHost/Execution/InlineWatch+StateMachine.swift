// SPDX-License-Identifier: Apache-2.0

/// Decides when a handler is too slow for the event loop.
///
/// Three overruns within the window are a habit, not a page fault; the gateway then runs the handler
/// pooled. A pure state machine: one for each handler version and event loop.
package struct InlineWatch: Sendable {
    /// Longest time an inline execution may take: a hundred times what a handler promises, and the
    /// most an event loop may be late without its other shoppers noticing.
    package static let ceilingNanoseconds: UInt64 = 1_000_000
    /// Overruns within the window that demote the handler.
    package static let overrunsMax = 3
    /// How long an overrun is remembered.
    package static let windowNanoseconds: UInt64 = 10_000_000_000

    /// When the last overruns happened, oldest first; as many as demote.
    private var overruns: InlineArray<3, UInt64?> = [nil, nil, nil]

    /// Whether the handler has to leave the event loop.
    ///
    /// Once true it stays true.
    package private(set) var shouldDemote = false

    /// A watch that has seen nothing.
    package init() {}

    /// Takes in one execution that ended at `now`.
    package mutating func record(durationNanoseconds: UInt64, at now: UInt64) {
        guard durationNanoseconds > Self.ceilingNanoseconds else { return }
        for index in 1..<Self.overrunsMax { overruns[index - 1] = overruns[index] }
        overruns[Self.overrunsMax - 1] = now
        guard let oldest = overruns[0] else { return }
        shouldDemote = shouldDemote || now &- oldest <= Self.windowNanoseconds
    }
}
