// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A plugin whose code is part of this process, registered as one from a shared object is.
///
/// Simulations script their handlers with it.
package final class BuiltInPlugin: Sendable {
    /// What a shared object exports.
    package typealias EntryPoint =
        @convention(c) @Sendable (
            UnsafePointer<sluice_host>?, UnsafeMutablePointer<sluice_registrar>?
        ) -> Int32

    /// The handlers it announced, in its order.
    package let handlers: [HandlerRegistration]
    private let state: PluginState

    /// Registers the plugin behind an entry point.
    ///
    /// Lifetime: its tables live for ever.
    ///
    /// - Throws: `registrationFailed` and what else a registration may be refused for.
    package init(
        _ name: String,
        host services: PluginHostServices,
        register: @escaping EntryPoint
    ) throws(PluginError) {
        state = PluginState(name: name, services: services)
        handlers = try Registrar.collect(register, host: HostTable.make(for: state), state: state)
    }

    /// Completions that named no waiting call: late, double or forged.
    package var strayCompletionCount: UInt64 { state.completions.strayCount }
}
