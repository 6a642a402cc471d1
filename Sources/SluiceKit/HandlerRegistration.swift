// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A handler type and the C function that makes a model of it.
public struct HandlerRegistration: Sendable {
    private let name: StaticString
    private let kind: HandlerKind
    private let execution: HandlerExecution
    private let threading: HandlerThreading
    private let requiredCapabilities: Capabilities
    private let optionalCapabilities: Capabilities
    private let load: LoadFunction

    /// Describes a handler type.
    ///
    /// C functions cannot capture a type, so the caller spells the load function out:
    /// `HandlerRegistration(MyHandler.self) { MyHandler.load($0, $1, $2) }`.
    ///
    /// - Parameters:
    ///   - type: the handler.
    ///   - load: calls `load` of that handler.
    public init<Model: Handler>(_ type: Model.Type, load: @escaping LoadFunction) {
        name = Model.name
        kind = Model.kind
        execution = Model.execution
        threading = Model.threading
        requiredCapabilities = Model.requiredCapabilities
        optionalCapabilities = Model.optionalCapabilities
        self.load = load
    }

    /// Announces the handler to the host, which copies all it needs.
    ///
    /// - Parameter registrar: what the host passed to `sluice_plugin_register`.
    /// - Returns: `SLUICE_OK` or the host's refusal.
    public func add(to registrar: UnsafeMutablePointer<sluice_registrar>) -> Int32 {
        var registration = sluice_registration()
        registration.struct_size = structSize(sluice_registration.self)
        registration.kind = kind.rawValue
        registration.name = sluice_bytes(name)
        registration.execution = execution.rawValue
        registration.threading = threading.rawValue
        registration.required_capabilities = requiredCapabilities.rawValue
        registration.optional_capabilities = optionalCapabilities.rawValue
        return withUnsafePointer(to: sluice_handler(load: load)) { table in
            registration.handler = table
            return registrar.pointee.add_handler(registrar, &registration)
        }
    }
}

/// Announces a plugin's handlers: the whole body of `sluice_plugin_register`.
///
/// - Parameters:
///   - handlers: every handler of the plugin.
///   - registrar: what the host passed.
/// - Returns: `SLUICE_OK`, or the first refusal of the host.
public func register(
    _ handlers: [HandlerRegistration],
    with registrar: UnsafeMutablePointer<sluice_registrar>?
) -> Int32 {
    guard let registrar else { return HandlerStatus.invalidArgument.rawValue }
    for handler in handlers {
        let status = handler.add(to: registrar)
        guard status == Int32(SLUICE_OK) else { return status }
    }
    return Int32(SLUICE_OK)
}
