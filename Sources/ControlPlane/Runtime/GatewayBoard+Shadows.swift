// SPDX-License-Identifier: Apache-2.0
import GatewayConfig
import GatewayCore

extension GatewayBoard.Content {
    /// The shadows of a model, in the order of their versions.
    func shadows(of name: String, _ model: ModelConfig) -> [GatewayStatus.Shadow] {
        model.shadows.keys.sorted(by: VersionName.isInOrder).compactMap { version in
            guard let shadow = loaded?.versions[VersionName(model: name, version: version)]?.shadow
            else {
                return nil
            }
            return state?.catalog.status(
                ofShadow: version,
                model: name,
                ShadowSettings(shadow.config),
                shadow.meter
            )
        }
    }
}
