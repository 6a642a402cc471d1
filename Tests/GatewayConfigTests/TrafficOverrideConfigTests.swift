// SPDX-License-Identifier: Apache-2.0

import GatewayConfig
import Testing
import YAMLDecoding

/// Kill switches and keys of forced versions in the config.
@Suite struct TrafficOverrideConfigTests {
    private static func disabling(_ stable: Bool) -> String {
        let (first, second) = (stable ? ", enabled: false" : "", stable ? "" : ", enabled: false")
        return minimal.replacing(
            "versions: {\"1\": {plugin: pricing, handler: list-price",
            with: "versions: {\"2\": {plugin: pricing, handler: quantity-break\(second)}, "
                + "\"1\": {plugin: pricing, handler: list-price\(first)"
        )
    }

    @Test func aVersionIsEnabledUnlessTheConfigSaysOtherwise() throws {
        let text = Self.disabling(false)
        let versions = try #require(
            load(text).config?.models["pricing"]?.versions,
            "\(rendered(text))"
        )
        #expect(versions["1"]?.isEnabled == true)
        #expect(versions["2"]?.isEnabled == false)
        #expect(versions["2"]?.loaded.isEnabled == true)
    }

    @Test func theStableVersionHasNoSwitch() {
        let text = Self.disabling(true)
        let expected = "error[C043]: the stable version `1` cannot be disabled"
        #expect(rendered(text).contains(expected), "\(rendered(text))")
        #expect(load(text).config == nil)
    }

    @Test func theSwitchIsAppliedByAReload() throws {
        let off = try #require(load(Self.disabling(false)).config)
        let on = try #require(
            load(Self.disabling(false).replacing(", enabled: false", with: "")).config
        )
        let comparison = ReloadComparison(from: on, to: off)
        #expect(comparison.applied == ["models.pricing"])
        #expect(comparison.needsRestart == [])
    }

    @Test func theKeyOfForcedVersionsIsAFile() throws {
        #expect(load(minimal).config?.forcedVersions.keyFile == nil)
        let text = minimal + "forced_versions: {key_file: tester.key}\n"
        let keyFile = try #require(load(text).config?.forcedVersions.keyFile, "\(rendered(text))")
        #expect(keyFile.hasPrefix("/") && keyFile.hasSuffix("/tester.key"))
    }
}
