// SPDX-License-Identifier: Apache-2.0
import CSluice
import Synchronization

/// One version of a model, loaded by its handler and ready to be bound to snapshots.
///
/// Lifetime: `unload` runs when the last reference falls, after every binding's `unbind`.
package final class LoadedModel: Sendable {
    /// The handler that loaded it.
    package let handler: HandlerRegistration
    /// The model's name in the config.
    package let name: String
    /// Its version in the config.
    package let version: String
    /// What goes in and out.
    package let description: ModelDescription

    let execute: ExecuteFunction
    let owned: PluginOwned
    /// The one lane of a serial model; nil for a reentrant one.
    let lane: SerialLane?
    /// Makes control calls of one model come one at a time, and is never held during one.
    private let control = Mutex(ModelControl())

    /// Loads and describes a model version.
    ///
    /// May take its time and read files: control threads only.
    ///
    /// - Throws: `loadFailed` or `describeFailed` with the handler's status and words.
    package init(
        handler: HandlerRegistration,
        model: String,
        version: String,
        settingsJSON: [UInt8],
        artifactPath: String
    ) throws(PluginError) {
        let functions = handler.functions.pointer
        let subject = "\(model)/\(version)"
        guard let execute = functions.pointee.execute else {
            throw PluginError(.invalidHandler, subject, "the function table lacks execute")
        }
        owned = try Self.load(handler, model, version, settingsJSON, artifactPath)
        do throws(PluginError) {
            description = try Self.describe(functions, owned, subject)
        } catch {
            functions.pointee.unload?(owned.pointer)
            throw error
        }
        self.handler = handler
        self.name = model
        self.version = version
        self.execute = execute
        lane = handler.threading == .serial ? SerialLane() : nil
    }

    deinit {
        let mayUnload = control.withLock { $0.unload() }
        assert(mayUnload, "every binding keeps its model")
        if mayUnload { handler.functions.pointer.pointee.unload?(owned.pointer) }
    }

    /// Binds to a snapshot and warms up.
    ///
    /// Control threads only.
    ///
    /// Lifetime: the snapshot must stay valid while `owner` lives; the binding keeps it alive.
    /// `reader` serves look-ups during `warm_up` and is not kept.
    ///
    /// - Throws: `bindFailed` or `warmUpFailed` with the handler's status and words; `illegalOrder`
    ///   for a fifth binding, or while another has not ended.
    package func bind(
        _ snapshot: UnsafePointer<sluice_snapshot>,
        keepingAlive owner: any AnyObject & Sendable,
        reader: UnsafeMutableRawPointer? = nil
    ) throws(PluginError) -> ModelBinding {
        try beginBinding()
        let bound: PluginOwned
        do throws(PluginError) { bound = try bindAndWarmUp(snapshot, reader) } catch {
            endBinding(isBound: false)
            throw error
        }
        endBinding(isBound: true)
        return ModelBinding(self, bound, snapshot: snapshot, owner: owner)
    }

    /// Whether another snapshot may be bound, beside the one that serves and those that drain.
    ///
    /// There is none as long as a call of `bind` has not ended. Control threads only.
    package var hasRoomForBinding: Bool {
        if control.withLock({ $0.isBinding }) { return false }
        if control.withLock({ $0.hasRoom }) { return true }
        RetirementQueue.drain()
        return control.withLock { $0.hasRoom }
    }

    /// Ends a binding and lets go of its snapshot, or does so once a call of `bind` has returned.
    ///
    /// Retirement queue only.
    func unbind(_ binding: RetiredBinding) {
        guard control.withLock({ $0.beginUnbinding(binding) }) else { return }
        handler.functions.pointer.pointee.unbind?(owned.pointer, binding.owned.pointer)
        control.withLock { $0.endUnbinding() }
    }

    private func beginBinding() throws(PluginError) {
        if !control.withLock({ $0.hasRoom }) { RetirementQueue.drain() }
        while true {
            switch control.withLock({ $0.beginBinding() }) {
            case .begun: return
            case .afterUnbinding: RetirementQueue.drain()
            case .otherBinding:
                throw PluginError(.illegalOrder, subject, "an earlier bind has not returned")
            case .full:
                throw PluginError(
                    .illegalOrder,
                    subject,
                    "bound to \(ModelLifecycle.bindingsMax) snapshots already: release one first"
                )
            }
        }
    }

    private func endBinding(isBound: Bool) {
        for binding in control.withLock({ $0.endBinding(isBound: isBound) }) {
            RetirementQueue.retire { [self] in unbind(binding) }
        }
    }

    private var subject: String { "\(name)/\(version)" }

    private func bindAndWarmUp(
        _ snapshot: UnsafePointer<sluice_snapshot>,
        _ reader: UnsafeMutableRawPointer?
    ) throws(PluginError) -> PluginOwned {
        let functions = handler.functions.pointer
        let message = MessageBuffer(capacity: Limits.controlMessageBytes)
        var binding: UnsafeMutableRawPointer?
        let status = functions.pointee.bind?(owned.pointer, snapshot, &binding, message.pointer)
        try Self.require(status, .bindFailed, subject, "bind", message)
        message.reset()
        let warmed = WarmUpReader.with(reader) {
            functions.pointee.warm_up?(owned.pointer, binding, message.pointer) ?? 0
        }
        do throws(PluginError) {
            try Self.require(warmed, .warmUpFailed, subject, "warm_up", message)
        } catch {
            functions.pointee.unbind?(owned.pointer, binding)
            throw error
        }
        return PluginOwned(pointer: binding)
    }

    private static func load(
        _ handler: HandlerRegistration,
        _ model: String,
        _ version: String,
        _ settings: [UInt8],
        _ artifactPath: String
    ) throws(PluginError) -> PluginOwned {
        let message = MessageBuffer(capacity: Limits.controlMessageBytes)
        var pointer: UnsafeMutableRawPointer?
        let status = withBytes(
            of: Array(model.utf8),
            Array(version.utf8),
            settings,
            Array(artifactPath.utf8)
        ) {
            var load = sluice_load(
                struct_size: UInt32(MemoryLayout<sluice_load>.size),
                reserved: 0,
                host: handler.host.pointer,
                model: $0,
                version: $1,
                settings: $2,
                artifact_path: $3
            )
            return handler.state.metrics.whileLoading {
                handler.functions.pointer.pointee.load?(&load, &pointer, message.pointer)
            }
        }
        try require(status, .loadFailed, "\(model)/\(version)", "load", message)
        return PluginOwned(pointer: pointer)
    }

    private static func describe(
        _ functions: UnsafePointer<sluice_handler>,
        _ owned: PluginOwned,
        _ subject: String
    ) throws(PluginError) -> ModelDescription {
        guard let describe = functions.pointee.describe else { return .empty }
        let message = MessageBuffer(capacity: Limits.controlMessageBytes)
        var description = sluice_description()
        description.struct_size = UInt32(MemoryLayout<sluice_description>.size)
        let status = describe(owned.pointer, &description, message.pointer)
        try require(status, .describeFailed, subject, "describe", message)
        do { return try ModelDescription(description) } catch {
            throw PluginError(.describeFailed, subject, error.message)
        }
    }

    private static func require(
        _ status: Int32?,
        _ code: PluginError.Code,
        _ subject: String,
        _ step: String,
        _ message: MessageBuffer
    ) throws(PluginError) {
        let status = HandlerStatus(rawValue: status ?? HandlerStatus.unimplemented.rawValue)
        guard status == .ok else {
            throw PluginError(code, subject, "\(step) returned \(status)\(message.suffix)")
        }
    }

    private static func withBytes<Result>(
        of a: [UInt8],
        _ b: [UInt8],
        _ c: [UInt8],
        _ d: [UInt8],
        _ body: (sluice_bytes, sluice_bytes, sluice_bytes, sluice_bytes) -> Result
    ) -> Result {
        func bytes(_ buffer: UnsafeBufferPointer<UInt8>) -> sluice_bytes {
            sluice_bytes(
                data: buffer.isEmpty ? nil : buffer.baseAddress,
                size: UInt64(buffer.count)
            )
        }
        return a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
                c.withUnsafeBufferPointer { c in
                    d.withUnsafeBufferPointer { body(bytes(a), bytes(b), bytes(c), bytes($0)) }
                }
            }
        }
    }
}
