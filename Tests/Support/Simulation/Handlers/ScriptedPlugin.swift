// SPDX-License-Identifier: Apache-2.0
import CSluice
import PluginHost

/// The plugin of the scripted handlers, as a plugin in C would be written.
///
/// A model's settings are the address of its `ScriptedHandler`.
enum ScriptedPlugin {
    /// Registers the plugin; its handlers are `price` and `recommend`.
    static func register(host: PluginHostServices) throws(PluginError) -> BuiltInPlugin {
        try BuiltInPlugin("scripted", host: host) { host, registrar in
            ScriptedPlugin.host = host
            let status = ScriptedPlugin.add(HandlerKind.price, "price", registrar)
            return status == Int32(SLUICE_OK)
                ? ScriptedPlugin.add(HandlerKind.recommend, "recommend", registrar) : status
        }
    }

    /// Ends a pending call; false when the handle names none.
    @discardableResult
    static func complete(_ handle: UInt64, _ status: HandlerStatus) -> Bool {
        guard let host else { return false }
        return host.pointee.complete(host, handle, status.rawValue)
            == Int32(SLUICE_OK)
    }

    /// Written once, while `Stage.plugin` is made, and only read afterwards.
    nonisolated(unsafe) private static var host: UnsafePointer<sluice_host>?

    private static func add(
        _ kind: HandlerKind,
        _ name: StaticString,
        _ registrar: UnsafeMutablePointer<sluice_registrar>?
    ) -> Int32 {
        guard let registrar else { return Int32(SLUICE_INVALID_ARGUMENT) }
        var handler = table
        return withUnsafePointer(to: &handler) { handler in
            var registration = sluice_registration()
            registration.struct_size = UInt32(MemoryLayout<sluice_registration>.size)
            registration.kind = kind.rawValue
            registration.name = sluice_bytes(
                data: name.utf8Start,
                size: UInt64(name.utf8CodeUnitCount)
            )
            registration.execution = UInt32(SLUICE_EXECUTION_INLINE)
            registration.threading = UInt32(SLUICE_THREADING_REENTRANT)
            registration.handler = handler
            return registrar.pointee.add_handler(registrar, &registration)
        }
    }

    private static var table: sluice_handler {
        var table = sluice_handler()
        table.struct_size = UInt32(MemoryLayout<sluice_handler>.size)
        table.load = { load, model, _ in
            guard let settings = load?.pointee.settings else {
                return Int32(SLUICE_INVALID_ARGUMENT)
            }
            let text = UnsafeRawBufferPointer(start: settings.data, count: Int(settings.size))
            let address = UInt(String(decoding: text, as: UTF8.self)) ?? 0
            model?.pointee = UnsafeMutableRawPointer(bitPattern: address)
            return Int32(SLUICE_OK)
        }
        table.bind = { _, _, _, _ in Int32(SLUICE_OK) }
        table.execute = { model, _, calls, count in
            guard let model, let calls else { return Int32(SLUICE_INVALID_ARGUMENT) }
            let handler = Unmanaged<ScriptedHandler>.fromOpaque(model).takeUnretainedValue()
            for index in 0..<Int(count) {
                guard let call = calls[index] else { continue }
                call.pointee.status = handler.execute(call)
            }
            return Int32(SLUICE_OK)
        }
        table.unbind = { _, _ in }
        table.unload = { _ in }
        return table
    }
}
