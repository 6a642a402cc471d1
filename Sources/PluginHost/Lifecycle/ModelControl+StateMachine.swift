// SPDX-License-Identifier: Apache-2.0

/// A binding that nobody calls any more, with the snapshot it reads until it has ended.
struct RetiredBinding: Sendable {
    let owned: PluginOwned
    let snapshotOwner: any AnyObject & Sendable
}

/// Lets the control calls of one model come one at a time, and holds nobody up for one that hangs.
///
/// A pure state machine.
struct ModelControl: Sendable {
    /// Whether a call of `bind` may be made.
    enum Admission: Equatable, Sendable {
        case begun
        /// Once the call of `unbind` that is made has returned.
        case afterUnbinding
        /// An earlier call has not returned, and may never.
        case otherBinding
        /// As many snapshots are bound as may be.
        case full
    }

    private enum Activity { case none, binding, unbinding }

    private var lifecycle = ModelLifecycle()
    private var activity = Activity.none
    /// Bindings to end once `bind` has returned; at most as many as there may be.
    private var waiting: [RetiredBinding] = []

    /// Whether a call of `bind` has not returned.
    var isBinding: Bool { activity == .binding }
    /// Whether one more snapshot may be bound.
    var hasRoom: Bool { lifecycle.bindingCount < ModelLifecycle.bindingsMax }

    /// Before `bind`.
    mutating func beginBinding() -> Admission {
        switch activity {
        case .binding: return .otherBinding
        case .unbinding: return .afterUnbinding
        case .none: break
        }
        do throws(ModelLifecycle.Refusal) { try lifecycle.bind() } catch { return .full }
        activity = .binding
        return .begun
    }

    /// After `bind`: the bindings that wait to be ended.
    mutating func endBinding(isBound: Bool) -> [RetiredBinding] {
        if !isBound { try? lifecycle.unbind() }
        activity = .none
        defer { waiting = [] }
        return waiting
    }

    /// Before `unbind`, of which there is one at a time; false when it has to wait.
    mutating func beginUnbinding(_ binding: RetiredBinding) -> Bool {
        guard activity != .binding else {
            waiting.append(binding)
            return false
        }
        activity = .unbinding
        return true
    }

    /// After `unbind`.
    mutating func endUnbinding() {
        activity = .none
        try? lifecycle.unbind()
    }

    /// Before `unload`; false while something is bound.
    mutating func unload() -> Bool {
        do throws(ModelLifecycle.Refusal) {
            try lifecycle.unload()
            return true
        } catch {
            return false
        }
    }
}
