// SPDX-License-Identifier: Apache-2.0

import GatewayConfig
import Testing

@Suite struct LayerTests {
    private static let shared = Sample.replacing(
        "layer: recommendations-layer",
        with: "layer: pricing-layer"
    )

    private static func sharing(_ pricing: String, _ recommendations: String) -> String {
        shared
            .replacing("salt: pricing ", with: "layer_buckets: \(pricing)\n      salt: pricing ")
            .replacing(
                "salt: recommendations\n",
                with: "layer_buckets: \(recommendations)\n      salt: recommendations\n"
            )
    }

    @Test func aSplitOwnsItsWholeLayerUnlessItSays() throws {
        let config = try #require(load(Sample.text).config)
        #expect(config.models["pricing"]?.split.layerBuckets == 0..<10_000)
    }

    @Test func splitsOfOneLayerMustNotOverlap() {
        let text = rendered(Self.shared)
        #expect(
            text.contains(
                "error[C041]: the splits of `pricing` and `recommendations` own the same buckets"
            )
        )
        #expect(rendered(Self.sharing("[0, 5001]", "[5000, 10000]")).contains("C041"))
    }

    @Test func splitsMayShareALayerBucketByBucket() throws {
        let config = try #require(load(Self.sharing("[0, 5000]", "[5000, 10000]")).config)
        #expect(config.models["pricing"]?.split.layerBuckets == 0..<5_000)
        #expect(config.models["recommendations"]?.split.layerBuckets == 5_000..<10_000)
    }
}
