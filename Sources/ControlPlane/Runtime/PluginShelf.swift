// SPDX-License-Identifier: Apache-2.0
import Digests
import GatewayConfig
import PluginHost

/// The plugins of one config, loaded and found by name.
struct PluginShelf: Sendable {
    private let plugins: [String: Plugin]

    /// Loads every plugin of the config; one that is loaded already is not loaded again.
    ///
    /// - Throws: `GatewayFault`, `PluginError` or `ChecksumError` for the first that is refused.
    init(_ configs: [PluginConfig], services: PluginHostServices) throws {
        var plugins: [String: Plugin] = [:]
        for config in configs {
            let expected = try config.expectedSHA256()
            guard let digest = SHA256Digest(hex: expected) else {
                throw GatewayFault(config.path, "\(expected) is not a SHA-256")
            }
            let plugin = try Plugin.load(path: config.path, expecting: digest, host: services)
            if plugins.updateValue(plugin, forKey: plugin.name) != nil {
                throw GatewayFault(config.path, "a second plugin is named \(plugin.name)")
            }
        }
        self.plugins = plugins
    }

    /// Every plugin, in order of name.
    var all: [Plugin] { plugins.values.sorted { $0.name < $1.name } }

    /// The SHA-256 of a plugin's file; empty for a plugin that is not there.
    func digest(of plugin: String) -> String {
        plugins[plugin]?.inspection.sha256 ?? ""
    }

    /// The handler a version names.
    ///
    /// - Throws: `GatewayFault` naming what is offered instead.
    func handler(_ version: VersionConfig, kind: HandlerKind) throws -> HandlerRegistration {
        guard let plugin = plugins[version.plugin] else {
            throw GatewayFault(
                version.plugin,
                "no such plugin is loaded; loaded are \(listed(plugins.keys))"
            )
        }
        guard let handler = plugin.handler(named: version.handler) else {
            throw GatewayFault(
                version.plugin,
                "has no handler \(version.handler); it offers \(listed(plugin.handlers.map(\.name)))"
            )
        }
        guard handler.kind == kind else {
            throw GatewayFault(
                "\(version.plugin)/\(version.handler)",
                "answers \(handler.kind.name), the model needs \(kind.name)"
            )
        }
        return handler
    }

    private func listed(_ names: some Sequence<String>) -> String {
        names.sorted().joined(separator: ", ")
    }
}
