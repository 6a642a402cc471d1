// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayConfig
import PluginHost

/// A loaded model: in this process, or in a worker process of its own.
enum HostedModel: Sendable {
    case inProcess(LoadedModel)
    case isolated(IsolatedModel)

    /// What goes in and out.
    var description: ModelDescription {
        switch self {
        case .inProcess(let model): model.description
        case .isolated(let model): model.description
        }
    }

    /// Equal for a model and itself alone.
    var identity: ObjectIdentifier {
        switch self {
        case .inProcess(let model): ObjectIdentifier(model)
        case .isolated(let model): ObjectIdentifier(model)
        }
    }

    /// Whether it can be bound to one more snapshot; a worker that holds on to old ones is ended.
    var hasRoomForBinding: Bool {
        switch self {
        case .inProcess(let model): model.hasRoomForBinding
        case .isolated: true
        }
    }

    /// The worker, when there is one.
    var worker: IsolatedModel? {
        if case .isolated(let model) = self { model } else { nil }
    }

    /// Binds to a snapshot, warms up, and says where calls go.
    ///
    /// - Throws: `PluginError` when the handler refuses the snapshot.
    func place(on snapshot: FeatureSnapshot, pool: HandlerPool?) throws -> HandlerPlacement {
        switch self {
        case .isolated(let model):
            let reference = try SnapshotServices.reference(to: snapshot)
            return .queued(try model.bind(reference, keepingAlive: snapshot))
        case .inProcess(let model):
            let reader = try snapshot.makeReader()
            let binding = try withExtendedLifetime(reader) {
                try model.bind(
                    snapshot.view,
                    keepingAlive: snapshot,
                    reader: Unmanaged.passUnretained(reader).toOpaque()
                )
            }
            return HandlerPlacement(binding, pool: pool)
        }
    }
}

/// A handler a version names: its plugin's file, and its registration unless the plugin is never
/// loaded into this process.
struct HandlerSource: Sendable {
    let plugin: PluginFile
    let registration: HandlerRegistration?

    /// Whether a version runs in a worker process: as the config says, or as the handler wishes.
    func isIsolated(_ version: VersionConfig) -> Bool {
        switch version.execution {
        case .isolated: true
        case .inline, .pooled: false
        case nil: registration?.execution == .isolated
        }
    }

    /// Loads a version's model into this process; nil for one that runs in a worker.
    ///
    /// - Throws: `PluginError` when the handler refuses its settings or artifact.
    func loadHere(_ name: VersionName, _ origin: LoadedVersion.Origin) throws -> HostedModel? {
        let version = origin.config
        guard let registration, !isIsolated(version) else { return nil }
        return .inProcess(
            try LoadedModel(
                handler: registration,
                model: name.model,
                version: name.version,
                settingsJSON: version.settingsJSON,
                artifactPath: version.artifact ?? ""
            )
        )
    }
}
