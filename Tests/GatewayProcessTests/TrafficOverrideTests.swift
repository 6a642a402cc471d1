// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What an operator and a tester change about who gets which version.
@Suite(.serialized) struct TrafficOverrideTests {
    @Test func theKillSwitchSendsAVersionsShoppersToTheStableOne() throws {
        let gateway = try RunningGateway(store: .published()) {
            $0.prices[1].shadow = "{sample: 10000, budget: 2s}"
        }
        let text = try String(contentsOfFile: gateway.configPath, encoding: .utf8)
        let load = LoadGenerator(port: gateway.dataPort, threads: 2, rungs: ["assigned", "stable"])
        #expect(load.waitForMoreRequests())
        let bound = try gateway.publishing("pricing/2")?["at"] as? String
        try gateway.reload(
            text.replacing(
                "handler: quantity-break}",
                with: "handler: quantity-break, enabled: false}"
            )
        )
        try gateway.waitForLog("config reloaded")
        let replies = try Self.replies(of: gateway)
        #expect(Set(replies.map { $0["Sluice-Version"] }) == ["1"])
        #expect(Set(replies.map { $0["Sluice-Reason"] }) == [nil, "disabled"])
        // Nothing was loaded or bound for it, and the shadow goes on.
        #expect(try gateway.publishing("pricing/2")?["at"] as? String == bound)
        #expect(try gateway.version("pricing", "2")?["enabled"] as? Bool == false)
        let compared = try gateway.comparedShadows()
        #expect(load.waitForMoreRequests())
        #expect(try Waiting.until { try gateway.comparedShadows() > compared })
        let metrics = try gateway.metrics()
        #expect(metrics.contains(#"sluice_version_enabled{model="pricing",version="2"} 0"#))
        #expect(!metrics.contains(#"sluice_fallback_total{route="prices",reason="disabled"} 0"#))
        try gateway.reload(text)
        try gateway.waitForLog("config reloaded", occurrence: 2)
        #expect(Set(try Self.replies(of: gateway).map { $0["Sluice-Version"] }) == ["1", "2"])
        let report = load.stop()
        #expect(report.failures.isEmpty, "\(report.failures.prefix(3)) of \(report.requestCount)")
    }

    private static func replies(of gateway: RunningGateway) throws -> [RawReply] {
        try (0..<32).map { try gateway.price([("TEA-4", 1)], session: "shopper-\($0)") }
    }

    @Test func aSignedFieldForcesAVersion() throws {
        let store = try FixtureStore.published()
        let key = String(repeating: "k1", count: 16)
        try store.folder.write("tester.key", key + "\n")
        let text = try TestConfig(snapshots: store.directory).text
        let config = try store.folder.write(
            "sluice.yaml",
            text + "forced_versions: {key_file: tester.key}\n"
        )
        let gateway = try RunningGateway(config: config, store: store)
        for version in ["1", "2"] {
            let field = try Self.field("pricing=\(version);expires=9999999999", key: key)
            let reply = try gateway.price([("TEA-4", 1)], headers: field)
            #expect(reply["Sluice-Version"] == version)
            #expect(reply["Sluice-Assignment"] == "forced")
        }
        for field in [
            try Self.field("pricing=1;expires=9999999999", key: key + "."),
            try Self.field("pricing=1;expires=1", key: key),
        ] {
            let reply = try gateway.price([("TEA-4", 1)], headers: field)
            #expect(reply.status == 200)
            #expect(reply["Sluice-Assignment"] == nil)
        }
        let metrics = try gateway.metrics()
        for line in [
            #"sluice_forced_versions_total{result="forced"} 2"#,
            #"sluice_forced_versions_total{result="bad_signature"} 1"#,
            #"sluice_forced_versions_total{result="expired"} 1"#,
            #"sluice_requests_total{route="prices",outcome="forced",code="200"} 2"#,
        ] {
            #expect(metrics.contains(line + "\n"), "\(line)")
        }
        try Data("short\n".utf8).write(to: URL(filePath: store.folder.path + "/tester.key"))
        gateway.send(SIGHUP)
        let line = try gateway.waitForLog("config refused, the old one stays in force")
        #expect((line["error"] as? String)?.contains("tester.key") == true, "\(line)")
    }

    /// As docs/OPERATIONS.md has it.
    private static func field(_ claim: String, key: String) throws -> String {
        let script = #"printf %s "$0" | openssl dgst -sha256 -hmac "$1" -r | cut -d' ' -f1"#
        let output = try SluiceProcess.run(
            ["-c", script, claim, key],
            executable: URL(filePath: "/bin/bash")
        )
        let code = output.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
        return "Sluice-Force-Version: \(claim);signature=\(code)\r\n"
    }
}

extension RunningGateway {
    fileprivate func comparedShadows() throws -> Double {
        let prefix =
            #"sluice_shadow_requests_total{model="pricing",version="2",result="compared"} "#
        return try metrics().split(separator: "\n").first { $0.hasPrefix(prefix) }
            .flatMap { Double($0.dropFirst(prefix.count)) } ?? 0
    }

    /// A version as `/api/status` has it.
    func version(_ model: String, _ version: String) throws -> [String: Any]? {
        let models = try status()["models"] as? [[String: Any]]
        let versions = models?.first { $0["name"] as? String == model }?["versions"]
        return (versions as? [[String: Any]])?.first { $0["version"] as? String == version }
    }
}
