// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// A model: its versions and who gets which.
package struct ModelConfig: Hashable, Sendable, Encodable {
    /// What a model answers.
    package enum Kind: String, CaseIterable, Sendable, Encodable { case price, recommend }

    /// What it answers.
    package let kind: Kind
    /// The version that stands in when the assigned one cannot answer.
    package let stable: String
    /// Who gets which version.
    package let split: SplitConfig
    /// The circuit breaker each version has one of.
    package let breaker: BreakerConfig
    /// The versions by name: digits.
    package let versions: [String: VersionConfig]
    /// Those of the versions that get copies of live requests, by name.
    package let shadows: [String: ShadowConfig]

    init?(_ object: ObjectDecoder) {
        let kind = object.required("kind", .choice(Kind.self))
        let stable = object.required("stable", .string)
        let split = object.required("split", .object(SplitConfig.init))
        let breaker = object.optional(
            "breaker",
            .object(BreakerConfig.init),
            default: BreakerConfig()
        )
        let versions = object.required("versions", .versions)
        shadows = object.optional(
            "shadows",
            .map(of: .object(ShadowConfig.init)),
            default: [:]
        )
        if let stable { Self.checkStable(stable, object) }
        if let split { Self.checkWeights(split, object) }
        Self.checkShadows(stable, object)
        if let stable, let versions { Self.checkEnabled(stable, versions, object) }
        guard let kind, let stable, let split, let versions else { return nil }
        self.kind = kind
        self.stable = stable
        self.split = split
        self.breaker = breaker
        self.versions = versions
    }

    private static func checkStable(_ stable: String, _ object: ObjectDecoder) {
        let names = object.entries(of: "versions").map(\.key)
        guard !names.isEmpty, !names.contains(stable) else { return }
        let message = "`stable` names version `\(stable)`, which the model does not have"
        let place = object.span(of: "stable")
        object.report(.unknownVersion, message, at: place, help: help(names))
    }

    private static func checkWeights(_ split: SplitConfig, _ object: ObjectDecoder) {
        let names = object.entries(of: "versions").map(\.key)
        guard !names.isEmpty else { return }
        for entry in object.entries(of: "split", "weights") where !names.contains(entry.key) {
            let message = "`weights` names version `\(entry.key)`, which the model does not have"
            object.report(.unknownVersion, message, at: entry.keySpan, help: help(names))
        }
    }

    private static func checkEnabled(
        _ stable: String,
        _ versions: [String: VersionConfig],
        _ object: ObjectDecoder
    ) {
        guard versions[stable]?.isEnabled == false else { return }
        let entry = object.entries(of: "versions").first { $0.key == stable }
        object.report(
            .stableDisabled,
            "the stable version `\(stable)` cannot be disabled: it stands in for the others",
            at: entry?.keySpan ?? object.span(of: "versions"),
            notes: [Diagnostic.Note("stable here", at: object.span(of: "stable"))]
        )
    }

    private static func checkShadows(_ stable: String?, _ object: ObjectDecoder) {
        let names = object.entries(of: "versions").map(\.key)
        for entry in object.entries(of: "shadows") where !names.isEmpty {
            if !names.contains(entry.key) {
                let message =
                    "`shadows` names version `\(entry.key)`, which the model does not have"
                object.report(.unknownVersion, message, at: entry.keySpan, help: help(names))
            } else if entry.key == stable {
                let note = Diagnostic.Note("stable here", at: object.span(of: "stable"))
                let message = "the stable version `\(entry.key)` cannot be a shadow"
                object.report(.stableShadow, message, at: entry.keySpan, notes: [note])
            }
        }
    }

    private static func help(_ names: [String]) -> String {
        "its versions are \(names.joined(separator: ", "))"
    }
}

extension ValueDecoder where Value == [String: VersionConfig] {
    /// Versions under names of digits.
    static var versions: ValueDecoder {
        .map(of: .object(VersionConfig.init), keys: "a version number such as \"1\"") { name in
            name.utf8.first != UInt8(ascii: "0") && (1...9).contains(name.utf8.count)
                && name.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
    }
}
