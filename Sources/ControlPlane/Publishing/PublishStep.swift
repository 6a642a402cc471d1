// SPDX-License-Identifier: Apache-2.0

/// The steps on the way of a config or a snapshot into force, in order.
package enum PublishStep: String, CaseIterable, Sendable {
    /// Tries a new config in a process of its own.
    case probe
    /// Checks plugins and loads them and the models of new versions.
    case load
    /// Checks a snapshot, maps it and brings it into memory.
    case verify
    /// Waits for calls of the snapshot before the last.
    case drain
    /// Binds models to the snapshot.
    case bind
    /// Asks golden and recorded requests of what is newly bound.
    case warmUp = "warm_up"
    /// Asks whoever has a say.
    case gate
    /// Hands the state to the event loops.
    case switchOver = "switch"
}
