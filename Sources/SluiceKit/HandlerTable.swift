// SPDX-License-Identifier: Apache-2.0
import CSluice

/// The C function that makes a model; the first of the handler's function table.
public typealias LoadFunction =
    @convention(c) (
        UnsafePointer<sluice_load>?, UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
        UnsafeMutablePointer<sluice_message>?
    ) -> Int32

extension Handler {
    /// Makes a model of this type for the C table.
    ///
    /// - Parameters:
    ///   - load: what the host passed.
    ///   - model: where the model's pointer goes.
    ///   - message: where the text of an error goes.
    /// - Returns: `SLUICE_OK` or the error's status.
    public static func load(
        _ load: UnsafePointer<sluice_load>?,
        _ model: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
        _ message: UnsafeMutablePointer<sluice_message>?
    ) -> Int32 {
        status(reportingTo: message) { () throws(HandlerError) in
            guard let load, let model, let view = LoadView(load) else {
                throw HandlerError(.invalidArgument, "load was called without a host")
            }
            let box: ModelBox = try HandlerBox<Self>(view)
            model.pointee = Unmanaged.passRetained(box).toOpaque()
        }
    }
}

extension sluice_handler {
    /// The function table of any Swift handler; only `load` knows its type.
    init(load: LoadFunction) {
        self.init()
        struct_size = structSize(sluice_handler.self)
        self.load = load
        describe = { model, description, message in
            status(reportingTo: message) { () throws(HandlerError) in
                guard let description else { throw incomplete }
                try box(model).describe()?.write(to: description)
            }
        }
        bind = { model, snapshot, binding, message in
            status(reportingTo: message) { () throws(HandlerError) in
                guard let snapshot, let binding else { throw incomplete }
                binding.pointee = try box(model).bind(snapshot)
            }
        }
        warm_up = { model, binding, message in
            status(reportingTo: message) { () throws(HandlerError) in
                guard let binding else { throw incomplete }
                try box(model).warmUp(binding)
            }
        }
        execute = { model, binding, calls, count in
            guard let model, let binding, let calls else {
                return HandlerStatus.invalidArgument.rawValue
            }
            Unmanaged<ModelBox>.fromOpaque(model)._withUnsafeGuaranteedRef { box in
                for index in 0..<Int(count) {
                    if let call = calls[index] { box.execute(call, binding) }
                }
            }
            return Int32(SLUICE_OK)
        }
        unbind = { model, binding in
            guard let model, let binding else { return }
            Unmanaged<ModelBox>.fromOpaque(model).takeUnretainedValue().unbind(binding)
        }
        unload = { model in
            guard let model else { return }
            Unmanaged<ModelBox>.fromOpaque(model).release()
        }
    }
}

private let incomplete = HandlerError(.invalidArgument, "a required pointer is null")

private func box(_ model: UnsafeMutableRawPointer?) throws(HandlerError) -> ModelBox {
    guard let model else { throw incomplete }
    return Unmanaged<ModelBox>.fromOpaque(model).takeUnretainedValue()
}
