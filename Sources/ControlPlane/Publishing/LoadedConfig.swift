// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayConfig
import GatewayCore

/// A config with what was loaded for it; the one in force, or the next.
struct LoadedConfig: Sendable {
    let config: GatewayConfig
    let shelf: PluginShelf
    let versions: [VersionName: LoadedVersion]
}

/// What serves: a loaded config on a snapshot.
struct ServedConfig: Sendable {
    let state: ServingState
    let bound: BoundVersions
}
