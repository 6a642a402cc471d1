// SPDX-License-Identifier: Apache-2.0

import GatewayConfig
import Testing
import YAMLDecoding

@Suite struct ShadowConfigTests {
    private static let twoVersions = minimal.replacing(
        "versions: {",
        with: "versions: {\"2\": {plugin: pricing, handler: quantity-break}, "
    )

    private func config(shadows: String) -> String {
        Self.twoVersions.replacing("    split:", with: "    shadows: \(shadows)\n    split:")
    }

    @Test func aShadowIsRead() throws {
        let text = config(shadows: "{\"2\": {sample: 10%, budget: 50ms, in_flight: 4, threads: 2}}")
        let model = try #require(load(text).config?.models["pricing"], "\(rendered(text))")
        let shadow = try #require(model.shadows["2"])
        #expect(shadow.sampleBasisPoints == 1_000)
        #expect(shadow.budgetNanoseconds == 50_000_000)
        #expect(shadow.inFlightMax == 4)
        #expect(shadow.threads == 2)
    }

    @Test func aShadowHasDefaults() throws {
        let text = config(shadows: "{\"2\": {}}")
        #expect(load(text).config?.models["pricing"]?.shadows == ["2": ShadowConfig()])
        #expect(load(minimal).config?.models["pricing"]?.shadows == [:])
    }

    @Test(arguments: [
        (
            "{\"3\": {}}",
            "error[C032]: `shadows` names version `3`, which the model does not have"
        ),
        ("{\"1\": {}}", "error[C042]: the stable version `1` cannot be a shadow"),
        ("{\"2\": {sample: 0}}", "error[C014]: `sample` must be basis points from 1 to 10000"),
        ("{\"2\": {in_flight: 65}}", "error[C014]: `in_flight` must be"),
        ("{\"2\": {weight: 5}}", "error[C012]: unknown key `weight`"),
    ])
    func mistakesAreTold(shadows: String, head: String) {
        let text = rendered(config(shadows: shadows))
        #expect(text.contains(head), "\(text)")
        #expect(load(config(shadows: shadows)).config == nil)
    }
}
