// SPDX-License-Identifier: Apache-2.0

import GatewayConfig
import Testing
import YAMLDecoding

@Suite struct GatewayConfigTests {
    @Test func theSampleLoads() throws {
        let result = GatewayConfig.load(path: Sample.path, environment: [:])
        #expect(result.diagnostics.isEmpty, "\(DiagnosticRenderer.text(result.diagnostics))")
        let config = try #require(result.config)
        #expect(config.server.port == 8080)
        #expect(config.server.limits.bodyBytes == 256 << 10)
        #expect(config.control.host == "127.0.0.1")
        #expect(config.plugins.count == 2)
        #expect(config.models.keys.sorted() == ["pricing", "recommendations"])
        #expect(config.routes.prices?.budgetNanoseconds == 50_000_000)
        #expect(config.routes.recommendations?.cached.maximumAgeNanoseconds == 300_000_000_000)
    }

    @Test func aModelIsReadWhole() throws {
        let model = try #require(load(Sample.text).config?.models["pricing"])
        #expect(model.kind == .price)
        #expect(model.stable == "1")
        #expect(model.split.weights == ["1": 5000, "2": 5000])
        #expect(model.split.unit == [.customerID, .sessionID])
        #expect(model.breaker == BreakerConfig())
        let version = try #require(model.versions["2"])
        #expect(version.handler == "quantity-break")
        #expect(version.execution == .inline)
        #expect(
            String(decoding: version.settingsJSON, as: UTF8.self)
                == #"{"ceiling_percent":100,"floor_percent":40,"maximum_change_percent":50}"#
        )
        #expect(model.versions["1"]?.settingsJSON == Array("{}".utf8))
    }

    @Test func pathsAreAbsolute() throws {
        let config = try #require(load(Sample.text).config)
        #expect(config.snapshots.directory == "/etc/.sluice/snapshots")
        #expect(config.plugins[0].path == "/etc/.build/release/libPricingPlugin.so")
        #expect(config.plugins[0].checksum == .file("/etc/.build/release/plugins.sha256"))
    }

    @Test func defaultsFillWhatIsLeftOut() throws {
        let config = try #require(load(minimal).config, "\(rendered(minimal))")
        #expect(config.server == ServerConfig())
        #expect(config.models["pricing"]?.breaker == BreakerConfig())
        #expect(config.models["pricing"]?.versions["1"]?.execution == nil)
        #expect(config.routes.prices?.lastKnownGood.capacity == 4096)
        #expect(config.routes.recommendations == nil)
        #expect(config.plugins.isEmpty)
    }

    @Test func theSampleWritesOutTheDefaults() throws {
        let sample = try #require(load(Sample.text).config)
        #expect(sample.server == ServerConfig())
        #expect(sample.control == ControlConfig())
        #expect(sample.log == LogConfig())
        let defaults = try #require(load(minimal).config?.routes.prices)
        #expect(sample.routes.prices == defaults)
    }

    @Test func variablesFillValues() throws {
        let yaml = Sample.replacing("port: 8080 ", with: "port: ${PORT:-7000} ")
        #expect(load(yaml).config?.server.port == 7000)
        #expect(load(yaml, environment: ["PORT": "81"]).config?.server.port == 81)
        let attack = load(yaml, environment: ["PORT": "81\ncontrol: {port: 1}"])
        #expect(attack.config == nil)
        #expect(attack.diagnostics.map(\.code) == [.wrongType])
    }

    @Test func aMissingFileIsAnError() {
        let result = GatewayConfig.load(path: "/nonexistent/sluice.yaml", environment: [:])
        #expect(result.config == nil)
        #expect(result.diagnostics.map(\.code) == [.unreadable])
    }

    @Test func equalConfigurationsHaveOneFingerprint() throws {
        let config = try #require(load(Sample.text).config)
        let again = try #require(load(Sample.text + "\n# a comment\n").config)
        let other = try #require(load(Sample.replacing("keep: 3", with: "keep: 4")).config)
        #expect(config.configFingerprint == again.configFingerprint)
        #expect(config.configFingerprint != other.configFingerprint)
        #expect(config.configFingerprint.count == 16)
    }
}
