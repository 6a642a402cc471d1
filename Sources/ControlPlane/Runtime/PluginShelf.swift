// SPDX-License-Identifier: Apache-2.0
import Digests
import GatewayConfig
import PluginHost

/// The plugins of one config, loaded and found by name.
struct PluginShelf: Sendable {
    private let plugins: [String: Plugin]
    /// Every plugin's file, also of those that run only in workers.
    private let files: [String: PluginFile]

    /// Loads every plugin of the config; one that is loaded already is not loaded again.
    ///
    /// Images are never unloaded, so a new one is refused while more than `retiredImagesMax` others
    /// lie unused beside those of `previous`.
    ///
    /// - Throws: `GatewayFault`, `PluginError` or `ChecksumError` for the first that is refused.
    init(
        _ gateway: GatewayConfig,
        services: PluginHostServices,
        replacing previous: PluginShelf? = nil,
        retiredImagesMax: Int = .max
    ) throws {
        var plugins: [String: Plugin] = [:]
        var files: [String: PluginFile] = [:]
        for config in gateway.plugins {
            let expected = try config.expectedSHA256()
            guard let digest = SHA256Digest(hex: expected) else {
                throw GatewayFault(config.path, "\(expected) is not a SHA-256")
            }
            let file = try PluginFile(path: config.path, expecting: digest)
            let name = file.inspection.note.name
            if files.updateValue(file, forKey: name) != nil {
                throw GatewayFault(config.path, "a second plugin is named \(name)")
            }
            guard !gateway.runsOnlyIsolated(name) else { continue }
            if let previous, !Plugin.isLoaded(digest),
                previous.retiredImageCount >= retiredImagesMax
            {
                throw Self.tooManyImages(config.path, previous.retiredImageCount)
            }
            plugins[name] = try Plugin.load(file, host: services)
        }
        self.plugins = plugins
        self.files = files
    }

    /// Whether the config needs an image that this process has not loaded.
    static func needsImage(_ configs: [PluginConfig]) throws -> Bool {
        try configs.contains { config in
            SHA256Digest(hex: try config.expectedSHA256()).map { !Plugin.isLoaded($0) } ?? true
        }
    }

    private static func tooManyImages(_ path: String, _ count: Int) -> GatewayFault {
        GatewayFault(
            path,
            "is a new plugin image, and \(count) retired ones stay in memory, as many as"
                + " publishing.retired_images allows: restart the gateway to load it"
        )
    }

    /// Images in use.
    var imageCount: Int { plugins.count }
    /// Images in memory that this config does not use.
    var retiredImageCount: Int { max(0, Plugin.imageCount - plugins.count) }

    /// Completions that named no waiting call, by plugin.
    var strayCompletions: [String: UInt64] { plugins.mapValues(\.strayCompletionCount) }

    /// Every plugin, in order of name.
    var all: [Plugin] { plugins.values.sorted { $0.name < $1.name } }

    /// The SHA-256 of a plugin's file; empty for a plugin that is not there.
    func digest(of plugin: String) -> String {
        files[plugin]?.inspection.sha256 ?? ""
    }

    /// The handler a version names.
    ///
    /// - Throws: `GatewayFault` naming what is offered instead.
    func handler(_ version: VersionConfig, kind: HandlerKind) throws -> HandlerSource {
        guard let file = files[version.plugin] else {
            throw GatewayFault(
                version.plugin,
                "no such plugin is loaded; loaded are \(listed(files.keys))"
            )
        }
        guard let plugin = plugins[version.plugin] else {
            return HandlerSource(plugin: file, registration: nil)
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
        return HandlerSource(plugin: file, registration: handler)
    }

    private func listed(_ names: some Sequence<String>) -> String {
        names.sorted().joined(separator: ", ")
    }
}

extension GatewayConfig {
    /// Whether every version that uses a plugin says it runs isolated: its code then never enters
    /// this process.
    fileprivate func runsOnlyIsolated(_ plugin: String) -> Bool {
        let versions = models.values.flatMap(\.versions.values).filter { $0.plugin == plugin }
        return !versions.isEmpty && versions.allSatisfy { $0.execution == .isolated }
    }
}
