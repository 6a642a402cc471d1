// SPDX-License-Identifier: Apache-2.0

/// What the host keeps for one loaded plugin; the `context` of its host table.
///
/// Lives for ever.
final class PluginState: Sendable {
    let name: String
    let services: PluginHostServices
    let metrics: PluginMetrics
    let completions = CompletionTable(slots: Limits.completionSlots)
    let logLimit = LogRateLimit(linesPerSecond: Limits.logLinesPerSecond)

    init(name: String, services: PluginHostServices) {
        self.name = name
        self.services = services
        metrics = PluginMetrics(plugin: name)
    }
}
