// SPDX-License-Identifier: Apache-2.0

import YAMLDecoding

/// Everything an operator decides, as `config/sluice.yaml` says it; paths are absolute.
package struct GatewayConfig: Hashable, Sendable, Encodable {
    /// The data plane's listener.
    package let server: ServerConfig
    /// The control plane's listener.
    package let control: ControlConfig
    /// What is logged.
    package let log: LogConfig
    /// Where snapshots are.
    package let snapshots: SnapshotsConfig
    /// How what is new is proved before it serves.
    package let publishing: PublishingConfig
    /// The plugins to load, in this order.
    package let plugins: [PluginConfig]
    /// Units outside every experiment.
    package let holdout: HoldoutConfig
    /// Who may name the version that answers.
    package let forcedVersions: ForcedVersionsConfig
    /// The models by name.
    package let models: [String: ModelConfig]
    /// The routes.
    package let routes: RoutesConfig

    init?(_ object: ObjectDecoder) {
        server = object.optional("server", .object(ServerConfig.init), default: ServerConfig())
        control = object.optional("control", .object(ControlConfig.init), default: ControlConfig())
        log = object.optional("log", .object(LogConfig.init), default: LogConfig())
        let snapshots = object.required("snapshots", .object(SnapshotsConfig.init))
        publishing = object.optional(
            "publishing",
            .object(PublishingConfig.init),
            default: PublishingConfig()
        )
        plugins = object.optional(
            "plugins",
            .array(of: .object(PluginConfig.init), allowsEmpty: true),
            default: []
        )
        holdout = object.optional("holdout", .object(HoldoutConfig.init), default: HoldoutConfig())
        forcedVersions = object.optional(
            "forced_versions",
            .object(ForcedVersionsConfig.init),
            default: ForcedVersionsConfig()
        )
        let models = object.required("models", .models)
        let routes = object.required("routes", .object(RoutesConfig.init))
        ConfigChecks(object).check(server, control, plugins, models ?? [:], routes)
        ConfigChecks(object).checkSalts(models ?? [:], holdout)
        ConfigChecks(object).checkLayers(models ?? [:])
        guard let snapshots, let models, let routes else { return nil }
        self.snapshots = snapshots
        self.models = models
        self.routes = routes
    }
}

extension ValueDecoder where Value == [String: ModelConfig] {
    /// Models under names that fit into URLs and metrics.
    static var models: ValueDecoder {
        let expected = "a name of lower-case letters, digits, `-` and `_`"
        return .map(of: .object(ModelConfig.init), keys: expected) { name in
            (1...64).contains(name.utf8.count)
                && name.wholeMatch(of: /[a-z][a-z0-9_-]*/) != nil
        }
    }
}
