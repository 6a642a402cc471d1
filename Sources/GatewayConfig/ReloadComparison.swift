// SPDX-License-Identifier: Apache-2.0

/// What a new configuration changes, and what of it only a restart can apply.
package struct ReloadComparison: Hashable, Sendable {
    /// Changed keys that a reload applies, such as `models.pricing`.
    package let applied: [String]
    /// Changed keys that keep their old value until a restart, such as `server.port`.
    package let needsRestart: [String]

    /// Compares the configuration in force with a new one.
    package init(from old: GatewayConfig, to new: GatewayConfig) {
        let changed = (Self.keys + Self.namedKeys(old, new)).filter { $0.isChanged(old, new) }
        applied = changed.filter { !$0.needsRestart }.map(\.name)
        needsRestart = changed.filter(\.needsRestart).map(\.name)
    }

    private struct Key {
        let name: String
        let needsRestart: Bool
        let isChanged: (GatewayConfig, GatewayConfig) -> Bool

        static func hot<Value: Equatable>(
            _ name: String,
            _ value: @escaping (GatewayConfig) -> Value
        ) -> Key {
            Key(name: name, needsRestart: false) { value($0) != value($1) }
        }

        static func restart<Value: Equatable>(
            _ name: String,
            _ value: @escaping (GatewayConfig) -> Value
        ) -> Key {
            Key(name: name, needsRestart: true) { value($0) != value($1) }
        }
    }

    private static var keys: [Key] {
        [
            .restart("server.host") { $0.server.host },
            .restart("server.port") { $0.server.port },
            .restart("server.event_loops") { $0.server.eventLoops },
            .restart("server.limits") { $0.server.limits },
            .restart("server.overload") { $0.server.overload },
            .hot("server.cors") { $0.server.cors },
            .hot("server.drain") { $0.server.drain },
            .hot("server.restart_timeout") { $0.server.restartTimeoutNanoseconds },
            .restart("control.host") { $0.control.host },
            .restart("control.port") { $0.control.port },
            .restart("control.allowed_hosts") { $0.control.allowedHosts },
            .restart("log") { $0.log },
            .hot("snapshots") { $0.snapshots },
            .hot("publishing") { $0.publishing },
            .hot("plugins") { $0.plugins },
            .hot("holdout") { $0.holdout },
            .hot("forced_versions") { $0.forcedVersions },
            .hot("routes.prices") { $0.routes.prices },
            .hot("routes.recommendations") { $0.routes.recommendations },
        ]
    }

    private static func namedKeys(_ old: GatewayConfig, _ new: GatewayConfig) -> [Key] {
        Set(old.models.keys).union(new.models.keys).sorted()
            .map { name in .hot("models.\(name)") { $0.models[name] } }
    }
}
