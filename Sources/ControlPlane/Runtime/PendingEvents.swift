// SPDX-License-Identifier: Apache-2.0

/// What waits for its turn to change what serves, in the order it was first asked for.
///
/// Pure. Each event waits at most once, so nothing that is asked for is ever dropped and what waits is
/// bounded: a look, a reload, and the versions there are. An event that is asked for while it is
/// handled waits again, for what it reads may have changed since.
struct PendingEvents {
    enum Event: Hashable, Sendable {
        case lookForSnapshot
        case reload
        case demote(ordinal: Int)
    }

    private var waiting: [Event] = []

    /// Has an event wait, unless it does already.
    mutating func add(_ event: Event) {
        if !waiting.contains(event) { waiting.append(event) }
    }

    /// The event whose turn it is; nil when none waits.
    mutating func takeNext() -> Event? {
        waiting.isEmpty ? nil : waiting.removeFirst()
    }
}
