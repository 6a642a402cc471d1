// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// An isolated model, bound to one snapshot that its worker opened by itself.
///
/// Lifetime: keeps the model and the snapshot's owner alive, as each of its calls in flight keeps it.
/// The worker releases its half when the last reference falls.
package final class IsolatedBinding: CallQueue {
    /// The model.
    package let model: IsolatedModel
    /// Names the binding among all of the model.
    let number: UInt64
    private let owner: any AnyObject & Sendable
    private let link: WorkerLink

    init(_ model: IsolatedModel, _ link: WorkerLink, owner: any AnyObject & Sendable) {
        self.model = model
        self.link = link
        self.owner = owner
        number = link.number
    }

    deinit { model.supervisor.unbind(link) }

    /// Hands a call over to the worker; false while it does not run or has enough.
    package func submit(_ call: HandlerCall) -> Bool {
        call.refusal = nil
        if link.isBound, model.supervisor.calls.submit(call, self) { return true }
        call.refusal = link.isBound ? .full : .unavailable
        return false
    }

    /// Gives a call up.
    package func abandon(_ call: HandlerCall) { model.supervisor.calls.abandon(call) }

    /// Looks for replies of the worker itself.
    package func awaitEnd(nanoseconds: UInt64) -> SpinOutcome {
        model.supervisor.replies.awaitOne(nanoseconds: nanoseconds)
    }

    /// Whether the worker ended so often that it is no longer started.
    package var isStuck: Bool { model.supervisor.isQuarantined }
}

/// A binding as the supervisor knows it, across the processes that serve it.
final class WorkerLink: Sendable {
    let number: UInt64
    let snapshot: SnapshotReference
    private let bound = Atomic<Bool>(false)

    init(number: UInt64, snapshot: SnapshotReference) {
        self.number = number
        self.snapshot = snapshot
    }

    /// Whether the worker that runs now has bound it.
    var isBound: Bool {
        get { bound.load(ordering: .acquiring) }
        set { bound.store(newValue, ordering: .releasing) }
    }
}
