// SPDX-License-Identifier: Apache-2.0

import Foundation
import GatewayConfig
import YAMLDecoding

/// The shipped configuration.
enum Sample {
    static let path = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("config/sluice.yaml").path

    static let text = try! String(contentsOfFile: path, encoding: .utf8)

    /// The shipped text with one piece replaced; the piece must be there.
    static func replacing(_ old: String, with new: String) -> String {
        precondition(text.contains(old), "the sample has no `\(old)`")
        return text.replacing(old, with: new, maxReplacements: 1)
    }
}

/// Decodes text as if it were `/etc/sluice/sluice.yaml`.
func load(_ yaml: String, environment: [String: String] = [:]) -> ConfigLoadResult {
    load(bytes: Array(yaml.utf8), environment: environment)
}

func load(bytes: [UInt8], environment: [String: String] = [:]) -> ConfigLoadResult {
    GatewayConfig.load(
        name: "sluice.yaml",
        folder: "/etc/sluice",
        bytes: bytes,
        environment: environment
    )
}

func rendered(_ yaml: String, environment: [String: String] = [:]) -> String {
    DiagnosticRenderer.text(load(yaml, environment: environment).diagnostics)
}

/// The least a configuration needs.
let minimal = """
    snapshots: {directory: snapshots}
    models:
      pricing:
        kind: price
        stable: "1"
        split: {salt: s, layer: l, weights: {"1": 10000}}
        versions: {"1": {plugin: pricing, handler: list-price}}
    routes: {prices: {model: pricing}}

    """

/// A small seeded generator, so that a failure is repeated by its seed.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
