// SPDX-License-Identifier: Apache-2.0
import CSluice

/// What the opaque model pointer of the C table points at.
///
/// C functions cannot be generic, so the table's functions call these methods and each call
/// dispatches once, here. The base class stands for a model that provides nothing.
class ModelBox {
    func describe() -> ModelDescription? { nil }

    func bind(
        _ snapshot: UnsafePointer<sluice_snapshot>
    ) throws(HandlerError) -> UnsafeMutableRawPointer {
        throw HandlerError(.unimplemented, "this model binds no snapshot")
    }

    func warmUp(_ binding: UnsafeMutableRawPointer) throws(HandlerError) {}

    func execute(_ call: UnsafeMutablePointer<sluice_call>, _ binding: UnsafeMutableRawPointer) {
        call.pointee.status = HandlerStatus.unimplemented.rawValue
    }

    func unbind(_ binding: UnsafeMutableRawPointer) {}
}

/// What the opaque binding pointer points at.
@usableFromInline
final class BindingBox<Binding> {
    @usableFromInline let binding: Binding

    init(_ binding: Binding) { self.binding = binding }
}

/// A model whose handler is a Swift type.
final class HandlerBox<Model: Handler>: ModelBox {
    private let model: Model
    private let host: HostServices
    private let description = ModelDescription(Model.kind)

    init(_ load: LoadView) throws(HandlerError) {
        model = try Model(load)
        host = load.host
    }

    override func describe() -> ModelDescription? { description }

    override func bind(
        _ snapshot: UnsafePointer<sluice_snapshot>
    ) throws(HandlerError) -> UnsafeMutableRawPointer {
        let binding = try model.bind(SnapshotView(snapshot, host: host))
        return Unmanaged.passRetained(BindingBox(binding)).toOpaque()
    }

    override func warmUp(_ binding: UnsafeMutableRawPointer) throws(HandlerError) {
        try model.warmUp(box(binding).takeUnretainedValue().binding)
    }

    override func execute(
        _ call: UnsafeMutablePointer<sluice_call>,
        _ binding: UnsafeMutableRawPointer
    ) {
        box(binding)._withUnsafeGuaranteedRef { bound in
            call.pointee.status = status(reportingTo: call.pointee.message) {
                () throws(HandlerError) in
                guard let view = CallView(call, host: host) else {
                    throw HandlerError(.invalidArgument, "the call has no request or no reply")
                }
                try model.answer(view, with: bound.binding)
            }
        }
    }

    override func unbind(_ binding: UnsafeMutableRawPointer) { box(binding).release() }

    private func box(_ binding: UnsafeMutableRawPointer) -> Unmanaged<BindingBox<Model.Binding>> {
        Unmanaged.fromOpaque(binding)
    }
}
