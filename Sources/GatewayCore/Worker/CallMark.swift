// SPDX-License-Identifier: Apache-2.0
import PluginHost

/// Whose a call is: how a pool's completion finds its worker and decision.
package struct CallMark: Sendable {
    /// Position among the workers.
    package let worker: Int
    /// Slot of the decision in its worker.
    package let slot: Int

    private static let slotBits: UInt = 32

    /// The mark of calls that no worker made: a rehearsal's.
    static let rehearsal = CallMark(worker: Int(UInt32.max), slot: 0)

    /// Whether the call is a rehearsal's.
    package var isRehearsal: Bool { worker == Self.rehearsal.worker }

    init(worker: Int, slot: Int) {
        self.worker = worker
        self.slot = slot
    }

    /// Reads the mark of a call that a worker made.
    package init(of call: HandlerCall) {
        worker = Int(call.ownerContext >> Self.slotBits)
        slot = Int(call.ownerContext & (1 << Self.slotBits - 1))
    }

    var ownerContext: UInt { UInt(worker) << Self.slotBits | UInt(slot) }
}
