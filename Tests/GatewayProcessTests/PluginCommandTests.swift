// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `sluice plugin list|inspect|check`.
@Suite struct PluginCommandTests {
    static let plugins = [
        ("PricingPlugin", "pricing", "{}"), ("RecommendationsPlugin", "recommendations", "{}"),
        ("ErraticPlugin", "erratic", #"{"mode":"ok"}"#), ("MinimalCPlugin", "minimal-c", "{}"),
    ]

    @Test(
        .disabled(
            if: Sanitizer.isPresent,
            "the check that memory does not grow sees what a sanitizer keeps of the calls before"
        ),
        arguments: plugins
    )
    func everyPluginConforms(library: String, name: String, settings: String) throws {
        let output = try SluiceProcess.run(
            ["plugin", "check", Products.plugin(library), "--settings", settings])
        #expect(output.status == 0, "\(output.standardOutput)")
        #expect(output.standardOutput.contains("rebinding"))
        #expect(output.standardError.contains("conforms"))
    }

    @Test(arguments: plugins)
    func inspectTellsTheDigest(library: String, name: String, settings: String) throws {
        let path = Products.plugin(library)
        let output = try SluiceProcess.run(["plugin", "inspect", path, "--json"])
        #expect(output.status == 0)
        let json = try output.json()
        #expect(json["sha256"] as? String == (try Products.sha256(of: path)))
        #expect((json["note"] as? [String: Any])?["name"] as? String == name)
        #expect(try SluiceProcess.run(["plugin", "inspect", path]).standardOutput.contains(name))
    }

    @Test func settingsMayLieInAFile() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("settings.json", #"{"mode":"fail"}"#)
        let output = try SluiceProcess.run(
            ["plugin", "check", Products.plugin("ErraticPlugin"), "--settings", file, "--json"])
        #expect(output.status == 1)
        let results = try #require(
            try JSONSerialization.jsonObject(with: Data(output.standardOutput.utf8))
                as? [[String: String]]
        )
        let failed = results.filter { $0["outcome"] == "fail" }.compactMap { $0["name"] }
        #expect(failed.contains("erratic-price: execute small and large"))
    }

    @Test func aCrashIsAFailedCheck() throws {
        let folder = try TemporaryFolder()
        let plugin = try CPlugin.crashing(in: folder)
        let output = try SluiceProcess.run(["plugin", "check", plugin])
        #expect(output.status == 1)
        let last = output.standardOutput.split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("fail minimal-c:"), "\(output.standardOutput)")
        #expect(last.contains("signal"))
    }

    @Test(arguments: ["inspect", "check"])
    func whatIsNoPluginIsRefused(command: String) throws {
        let folder = try TemporaryFolder()
        let sluice = Products.sluice.path
        for path in [
            folder.path + "/none.so", try folder.write("text.so", "text"),
            try folder.write("empty.so", ""), folder.path, sluice,
        ] {
            let output = try SluiceProcess.run(["plugin", command, path])
            #expect(output.status == 1, "\(path)")
            #expect(output.standardError.contains(path))
        }
    }

    @Test func listNamesThePluginsOfAConfig() throws {
        let folder = try TemporaryFolder()
        let config = TestConfig(snapshots: folder.path)
        let path = try folder.write("sluice.yaml", config.text)
        let output = try SluiceProcess.run(["plugin", "list", "--config", path])
        #expect(output.status == 0)
        for plugin in config.plugins {
            #expect(output.standardOutput.contains(try Products.sha256(of: plugin)))
        }
        try folder.write("bad.yaml", "plugins: 7")
        #expect(
            try SluiceProcess.run(["plugin", "list", "--config", folder.path + "/bad.yaml"]).status
                == 78
        )
    }
}
