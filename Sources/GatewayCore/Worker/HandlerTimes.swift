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
}
