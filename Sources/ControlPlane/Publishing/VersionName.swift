// SPDX-License-Identifier: Apache-2.0
import GatewayConfig

/// A version of a model, by the names of the config.
struct VersionName: Hashable, Sendable {
    let model: String
    let version: String

    /// As messages and status name it: `pricing/2`.
    var text: String { "\(model)/\(version)" }

    /// Versions are digits: `10` comes after `9`.
    static func isInOrder(_ left: String, _ right: String) -> Bool {
        (left.count, left) < (right.count, right)
    }
}

extension GatewayConfig {
    /// Every version of every model, in the order of their ordinals.
    var versionNames: [VersionName] {
        models.sorted { $0.key < $1.key }.flatMap { model, config in
            config.versions.keys.sorted(by: VersionName.isInOrder)
                .map { VersionName(model: model, version: $0) }
        }
    }
}
