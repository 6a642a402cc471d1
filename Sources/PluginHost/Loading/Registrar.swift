// SPDX-License-Identifier: Apache-2.0
import CSluice

/// Collects what a plugin announces while `sluice_plugin_register` runs.
///
/// The first refusal stays: a plugin that ignores the status of `add_handler` is refused all the same.
final class Registrar {
    private let host: Immortal<sluice_host>
    private let state: PluginState
    private(set) var handlers: [HandlerRegistration] = []
    private(set) var refusal: PluginError?

    init(host: Immortal<sluice_host>, state: PluginState) {
        self.host = host
        self.state = state
    }

    /// Runs a plugin's entry point and answers the handlers it announced.
    static func collect(
        _ register: PluginImage.EntryPoint,
        host: Immortal<sluice_host>,
        state: PluginState
    ) throws(PluginError) -> [HandlerRegistration] {
        let registrar = Registrar(host: host, state: state)
        let message = MessageBuffer(capacity: Limits.controlMessageBytes)
        var table = sluice_registrar(
            struct_size: UInt32(MemoryLayout<sluice_registrar>.size),
            reserved: 0,
            host_registrar: Unmanaged.passUnretained(registrar).toOpaque(),
            message: message.pointer,
            add_handler: addHandler
        )
        let status = withExtendedLifetime(registrar) { register(host.pointer, &table) }
        if let refusal = registrar.refusal { throw refusal }
        guard status == HandlerStatus.ok.rawValue else {
            throw PluginError(
                .registrationFailed,
                state.name,
                "registration returned \(HandlerStatus(rawValue: status))\(message.suffix)"
            )
        }
        guard !registrar.handlers.isEmpty else {
            throw PluginError(.registrationFailed, state.name, "registered no handler")
        }
        return registrar.handlers
    }

    private static let addHandler:
        @convention(c) (
            UnsafeMutablePointer<sluice_registrar>?, UnsafePointer<sluice_registration>?
        ) -> Int32 = { table, registration in
            guard let opaque = table?.pointee.host_registrar, let registration else {
                return HandlerStatus.invalidArgument.rawValue
            }
            return Unmanaged<Registrar>.fromOpaque(opaque).takeUnretainedValue().add(registration)
        }

    private func add(_ registration: UnsafePointer<sluice_registration>) -> Int32 {
        do throws(PluginError) {
            handlers.append(try accept(registration))
            return HandlerStatus.ok.rawValue
        } catch {
            refusal = refusal ?? error
            let status: HandlerStatus =
                error.code == .missingCapability ? .failedPrecondition : .invalidArgument
            return status.rawValue
        }
    }

    private func accept(
        _ source: UnsafePointer<sluice_registration>
    ) throws(PluginError) -> HandlerRegistration {
        let size = UnsafeRawPointer(source).load(as: UInt32.self)
        let announced = zeroFilledCopy(of: source, size: size, empty: sluice_registration())
        let name = try validName(announced.name)
        let subject = "\(state.name)/\(name)"
        let capabilities = CapabilitySet(rawValue: announced.required_capabilities)
        let missing = capabilities.subtracting(.offered)
        guard missing.isEmpty else {
            throw PluginError(
                .missingCapability,
                subject,
                "requires \(missing.names.joined(separator: ", ")), which this host does not offer"
            )
        }
        return HandlerRegistration(
            name: name,
            plugin: state.name,
            kind: try kind(announced.kind, subject),
            execution: try choice(announced.execution, "execution mode", subject),
            threading: try choice(announced.threading, "threading rule", subject),
            requiredCapabilities: capabilities,
            optionalCapabilities: CapabilitySet(rawValue: announced.optional_capabilities),
            functions: Immortal(try functions(announced.handler, subject)),
            host: host,
            state: state
        )
    }

    private func validName(_ bytes: sluice_bytes) throws(PluginError) -> String {
        guard bytes.size <= Limits.nameBytesMax, let buffer = bytes.buffer,
            PluginName.isValid(buffer)
        else {
            throw PluginError(
                .invalidHandler,
                state.name,
                "a handler's name must be [a-z0-9-]+ of at most \(Limits.nameBytesMax) bytes"
            )
        }
        let name = String(decoding: buffer, as: UTF8.self)
        guard !handlers.contains(where: { $0.name == name }) else {
            throw PluginError(.invalidHandler, "\(state.name)/\(name)", "registered twice")
        }
        guard handlers.count < Limits.handlersMax else {
            throw PluginError(
                .invalidHandler,
                state.name,
                "more than \(Limits.handlersMax) handlers"
            )
        }
        return name
    }

    private func kind(_ value: UInt32, _ subject: String) throws(PluginError) -> HandlerKind {
        let kind: HandlerKind = try choice(value, "kind", subject)
        guard kind != .infer else {
            throw PluginError(
                .invalidHandler,
                subject,
                "kind infer is not served by ABI \(PluginNote.hostABI)"
            )
        }
        return kind
    }

    private func choice<Choice: RawRepresentable<UInt32>>(
        _ value: UInt32,
        _ what: String,
        _ subject: String
    ) throws(PluginError) -> Choice {
        guard let choice = Choice(rawValue: value) else {
            throw PluginError(.invalidHandler, subject, "unknown \(what) \(value)")
        }
        return choice
    }

    private func functions(
        _ source: UnsafePointer<sluice_handler>?,
        _ subject: String
    ) throws(PluginError) -> sluice_handler {
        guard let source else {
            throw PluginError(.invalidHandler, subject, "has no function table")
        }
        let size = UnsafeRawPointer(source).load(as: UInt32.self)
        let table = zeroFilledCopy(of: source, size: size, empty: sluice_handler())
        let missing = [
            ("load", table.load == nil), ("bind", table.bind == nil),
            ("execute", table.execute == nil), ("unbind", table.unbind == nil),
            ("unload", table.unload == nil),
        ].filter(\.1).map(\.0)
        guard missing.isEmpty else {
            throw PluginError(
                .invalidHandler,
                subject,
                "the function table lacks \(missing.joined(separator: ", "))"
            )
        }
        return table
    }
}
