// SPDX-License-Identifier: Apache-2.0
import CSluice

/// A model bound to one snapshot: what executes.
///
/// Lifetime: keeps its model and the snapshot's owner alive. When the last reference falls, `unbind`
/// runs on the retirement queue, then both are released.
///
/// `@unchecked Sendable` because everything is immutable; the snapshot behind the pointer too.
package final class ModelBinding: @unchecked Sendable {
    /// The model.
    package let model: LoadedModel
    /// The snapshot it reads.
    package let snapshot: UnsafePointer<sluice_snapshot>

    let owner: any AnyObject & Sendable
    private let owned: PluginOwned

    init(
        _ model: LoadedModel,
        _ owned: PluginOwned,
        snapshot: UnsafePointer<sluice_snapshot>,
        owner: any AnyObject & Sendable
    ) {
        self.model = model
        self.owned = owned
        self.snapshot = snapshot
        self.owner = owner
    }

    deinit {
        let retired = RetiredBinding(owned: owned, snapshotOwner: owner)
        RetirementQueue.retire { [model] in model.unbind(retired) }
    }

    /// Runs one call on this thread and answers its final status: a faulty or incomplete reply is an
    /// error, and so is PENDING.
    ///
    /// A serial model that is executing elsewhere answers UNAVAILABLE. `reader` is this thread's.
    /// Complexity: no allocation.
    package func execute(_ call: HandlerCall, reader: UnsafeMutableRawPointer) -> Int32 {
        guard model.lane?.tryEnter() ?? true else { return HandlerStatus.unavailable.rawValue }
        defer { model.lane?.leave() }
        call.open(snapshot: snapshot, reader: reader, handle: 0)
        return call.close(invoke(call)).rawValue
    }

    func invoke(_ call: HandlerCall) -> HandlerStatus {
        call.invoke(model.execute, model.owned.pointer, owned.pointer)
    }
}
