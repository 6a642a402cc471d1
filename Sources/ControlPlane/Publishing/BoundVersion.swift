// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import PluginHost
import Synchronization

/// A loaded version on one snapshot; kept across reloads as long as both stay.
struct BoundVersion: Sendable {
    let model: HostedModel
    let snapshot: FeatureSnapshot
    let placement: HandlerPlacement
    /// Calls of older snapshots have not ended: the version takes none on this one.
    let isWithheld: Bool

    /// Binds the version and warms it up, or withholds it.
    ///
    /// Loading thread only.
    ///
    /// - Throws: `PluginError` when the handler refuses the snapshot.
    init(_ version: LoadedVersion, to snapshot: FeatureSnapshot) throws {
        model = version.model
        self.snapshot = snapshot
        isWithheld = !model.hasRoomForBinding
        guard !isWithheld else {
            placement = .queued(WithheldCalls())
            return
        }
        placement = try model.place(on: snapshot, pool: version.pool)
    }

    /// Whether it is what binding would make again.
    func serves(_ version: LoadedVersion, on snapshot: FeatureSnapshot) -> Bool {
        model.identity == version.model.identity && self.snapshot === snapshot && !isWithheld
    }
}

/// Which version is being bound, for whoever waits in vain.
final class BindingProgress: Sendable {
    private let name = Mutex<VersionName?>(nil)

    /// The version at work.
    var subject: String { name.withLock { $0?.text } ?? "bind" }

    func begin(_ name: VersionName) { self.name.withLock { $0 = name } }
}

/// Every version of a config on one snapshot.
struct BoundVersions: Sendable {
    private(set) var versions: [VersionName: BoundVersion] = [:]
    /// Those that have a shadow role, as shadows.
    private(set) var shadows: [VersionName: BoundVersion] = [:]
    /// Those bound for this snapshot just now, in order.
    private(set) var new: [VersionName] = []

    /// None.
    init() {}

    /// Binds what `previous` has not bound already.
    ///
    /// Loading thread only.
    init(
        _ loaded: [VersionName: LoadedVersion],
        to snapshot: FeatureSnapshot,
        reusing previous: BoundVersions,
        _ progress: BindingProgress = BindingProgress()
    ) throws {
        for (name, version) in loaded.sorted(by: { $0.key.text < $1.key.text }) {
            progress.begin(name)
            if let bound = previous.versions[name], bound.serves(version, on: snapshot) {
                versions[name] = bound
            } else {
                let bound = try BoundVersion(version, to: snapshot)
                versions[name] = bound
                if !bound.isWithheld { new.append(name) }
            }
            shadows[name] = try version.shadow.map {
                if let bound = previous.shadows[name], bound.serves($0.instance, on: snapshot) {
                    return bound
                }
                return try BoundVersion($0.instance, to: snapshot)
            }
        }
    }

    /// The versions that take no calls, in order.
    var withheld: [VersionName] {
        versions.filter(\.value.isWithheld).keys.sorted { $0.text < $1.text }
    }

    /// Whether a withheld version could be bound now.
    ///
    /// Loading thread only.
    var canBindMore: Bool {
        versions.values.contains { $0.isWithheld && $0.model.hasRoomForBinding }
    }

    /// Models that have no room for another binding and had some at the last publication.
    ///
    /// Loading thread only.
    func full(of loaded: [VersionName: LoadedVersion], for snapshot: FeatureSnapshot) -> Bool {
        loaded.contains { name, version in
            let bound = versions[name]
            if let bound, bound.model.identity == version.model.identity {
                if bound.isWithheld || bound.snapshot === snapshot { return false }
            }
            return !version.model.hasRoomForBinding
        }
    }
}
