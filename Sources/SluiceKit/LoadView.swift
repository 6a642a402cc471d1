// SPDX-License-Identifier: Apache-2.0
import CSluice

/// What a handler is made from.
///
/// Lifetime: the view is valid while the handler's initialiser runs; `host` as long as the process.
public struct LoadView {
    /// The services of the host.
    public let host: HostServices
    private let load: UnsafePointer<sluice_load>

    init?(_ load: UnsafePointer<sluice_load>) {
        guard let host = load.pointee.host else { return nil }
        self.load = load
        self.host = HostServices(host)
    }

    /// The model's name in the config.
    public var model: String { load.pointee.model.text }
    /// The version's name in the config.
    public var version: String { load.pointee.version.text }
    /// The folder of model files; nil when the config names none.
    public var artifactPath: String? {
        let path = load.pointee.artifact_path
        return path.size == 0 ? nil : path.text
    }

    /// Reads the version's settings, which may hold the given keys only.
    ///
    /// - Parameter keys: every key the handler knows at the top of its settings.
    /// - Returns: the settings, empty when the config gives none.
    /// - Throws: `invalidArgument` naming the place for bad JSON, and the key for an unknown key.
    public func settings(keys: [String]) throws(HandlerError) -> Settings {
        try Settings(json: load.pointee.settings.buffer, keys: keys)
    }
}
