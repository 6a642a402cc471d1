// SPDX-License-Identifier: Apache-2.0
import PluginHost
import Traffic

/// What one worker knows of the time one version's handler takes.
final class HandlerTimes {
    /// Whether the model stage may start is asked of this.
    let rolling = RollingQuantile()
    /// Whether an inline handler is too slow for the loop.
    var inlineWatch = InlineWatch()

    /// One for each version of a state, by ordinal.
    static func make(for state: ServingState) -> [HandlerTimes] {
        (0..<state.versionCount).map { _ in HandlerTimes() }
    }

    /// Those of the next state: a version that stays, which shows in its breaker, keeps what is known
    /// of it, and nothing is allocated when all stay.
    static func make(
        for next: ServingState,
        keeping times: [HandlerTimes],
        of previous: ServingState
    ) -> [HandlerTimes] {
        let known = previous.versions
        let versions = next.versions
        if versions.elementsEqual(known, by: { $0.breaker === $1.breaker }) { return times }
        return versions.map { version in
            known.first { $0.breaker === version.breaker }.map { times[$0.ordinal] }
                ?? HandlerTimes()
        }
    }
}
