// SPDX-License-Identifier: Apache-2.0
import GatewayConfig
import PluginHost
import TestSupport
import Testing

/// The README and the sample in every plugin's folder.
struct PluginDocumentTests {
    private static let sections = ["Name", "Description", "Settings", "Examples", "Metrics"]

    /// What a sample leaves to the operator.
    private static let rest = """

        snapshots: {directory: snapshots}
        routes: {}

        """

    @Test(arguments: try PluginFolder.all())
    func theReadmeHasEverySectionInOrder(_ folder: PluginFolder) throws {
        let headings = try Repository.lines(folder.path + "/README.md")
            .filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) }
        #expect(headings.filter(Self.sections.contains) == Self.sections)
    }

    @Test(arguments: try PluginFolder.all())
    func theSampleIsAConfigAndItsSettingsAreAccepted(_ folder: PluginFolder) throws {
        let config = try sample(folder)
        let versions = config.models.values.flatMap(\.versions.values)
        #expect(versions.contains { $0.plugin == folder.name })
        for (model, settings) in config.models {
            for (name, version) in settings.versions { try load(model, name, version) }
        }
    }

    private func sample(_ folder: PluginFolder) throws -> GatewayConfig {
        let text = try Repository.text(folder.path + "/sample.yaml") + Self.rest
        let result = GatewayConfig.load(
            name: "sample.yaml",
            folder: Repository.root + "/" + folder.path,
            bytes: Array(text.utf8),
            environment: [:]
        )
        return try #require(result.config, "\(result.diagnosticText)")
    }

    private func load(_ model: String, _ name: String, _ version: VersionConfig) throws {
        let folder = try PluginFolder(version.plugin)
        let plugin = try Plugin.load(
            path: BuiltPlugin.path(folder.product),
            expecting: nil,
            host: SnapshotHost.services
        )
        let handler = try #require(
            plugin.handler(named: version.handler),
            "\(version.plugin) has no \(version.handler)"
        )
        _ = try LoadedModel(
            handler: handler,
            model: model,
            version: name,
            settingsJSON: version.settingsJSON,
            artifactPath: version.artifact ?? ""
        )
    }
}
