// SPDX-License-Identifier: Apache-2.0
import CSluice
import Digests
import Synchronization

/// A loaded plugin: its name, its version and the handlers it announced.
///
/// Lifetime: for ever. The image is never unloaded; a new build is a new file.
package final class Plugin: Sendable {
    /// What was read of the file before any of its code ran.
    package let inspection: PluginInspection
    /// The handlers it announced, in its order.
    package let handlers: [HandlerRegistration]

    private let state: PluginState

    /// Every plugin of this process by the digest of its bytes.
    private static let loaded = Mutex<[SHA256Digest: Plugin]>([:])

    /// Images in this process, whether anything still uses them or not: none is ever unloaded.
    package static var imageCount: Int { PluginImage.count }

    /// Whether the plugin with these bytes is loaded already.
    package static func isLoaded(_ digest: SHA256Digest) -> Bool {
        loaded.withLock { $0[digest] != nil }
    }

    /// Loads the plugin at `path`, or answers the one that was loaded from the same bytes before.
    ///
    /// A second load of the same bytes answers the same plugin with its first services and registers
    /// nothing again: an image has one set of static variables.
    ///
    /// - Throws: `PluginError`; `hashMismatch` and every inspection error come before the file's
    ///   code can run.
    package static func load(
        path: String,
        expecting digest: SHA256Digest?,
        host services: PluginHostServices
    ) throws -> Plugin {
        try load(PluginFile(path: path, expecting: digest), host: services)
    }

    /// Loads a plugin from a file that was checked, or answers the one loaded from the same bytes.
    ///
    /// - Throws: `PluginError`.
    package static func load(
        _ file: PluginFile,
        host services: PluginHostServices
    ) throws -> Plugin {
        try loaded.withLock { loaded in
            if let plugin = loaded[file.sealed.digest] { return plugin }
            let plugin = try Plugin(file.sealed, file.inspection, services)
            loaded[file.sealed.digest] = plugin
            return plugin
        }
    }

    private init(
        _ file: SealedFile,
        _ inspection: PluginInspection,
        _ services: PluginHostServices
    ) throws(PluginError) {
        self.inspection = inspection
        state = PluginState(name: inspection.note.name, services: services)
        let host = HostTable.make(for: state)
        let image = try PluginImage(file)
        handlers = try Registrar.collect(image.register, host: host, state: state)
        for handler in handlers where !inspection.note.kinds.contains(handler.kind) {
            throw PluginError(
                .registrationFailed,
                file.path,
                "registers kind \(handler.kind.name), which its note does not announce"
            )
        }
    }

    /// The plugin's name, from its note.
    package var name: String { inspection.note.name }
    /// The plugin's own version, from its note.
    package var version: String { inspection.note.version }
    /// The series it registered, and what was refused to it.
    package var metrics: PluginMetrics { state.metrics }
    /// Completions that named no waiting call: late, double or forged.
    package var strayCompletionCount: UInt64 { state.completions.strayCount }
    /// Log lines above its rate, dropped.
    package var droppedLogLineCount: UInt64 { state.logLimit.droppedCount }

    /// The handler called `name`.
    package func handler(named name: String) -> HandlerRegistration? {
        handlers.first { $0.name == name }
    }
}
