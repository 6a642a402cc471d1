// SPDX-License-Identifier: Apache-2.0
import CSluice
import Glibc
import Synchronization

/// A plugin's shared object in this process.
///
/// Never unloaded: code of a Swift image may be referenced from the runtime for ever.
struct PluginImage: Sendable {
    typealias EntryPoint =
        @convention(c) @Sendable (
            UnsafePointer<sluice_host>?, UnsafeMutablePointer<sluice_registrar>?
        ) -> Int32

    let register: EntryPoint

    /// Images this process has mapped and will never unmap, those of refused plugins too.
    private static let mapped = Atomic<Int>(0)
    static var count: Int { mapped.load(ordering: .relaxed) }

    /// Loads the sealed bytes.
    ///
    /// Runs the plugin's static constructors.
    init(_ file: SealedFile) throws(PluginError) {
        guard let handle = dlopen(file.loaderPath, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) else {
            throw PluginError(.loaderRefused, file.path, Self.loaderMessage(file))
        }
        Self.mapped.wrappingAdd(1, ordering: .relaxed)
        guard let symbol = dlsym(handle, PluginInspection.entryPoint) else {
            throw PluginError(
                .missingEntryPoint,
                file.path,
                "does not export \(PluginInspection.entryPoint)"
            )
        }
        register = unsafeBitCast(symbol, to: EntryPoint.self)
        // The loader knows the image by the descriptor's name, so it must never be reused.
        _ = Unmanaged.passRetained(file)
    }

    private static func loaderMessage(_ file: SealedFile) -> String {
        let message = dlerror().map { String(cString: $0) } ?? "unknown error"
        let prefix = file.loaderPath + ": "
        return message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
    }
}
