// SPDX-License-Identifier: Apache-2.0
import CSluice
import PluginHost
import Synchronization

/// A reusable slot for one copy of a live request at a shadow.
///
/// The request itself is not copied: the answered decision is kept from the next live request until
/// the shadow has let go of it. The slot has a call of its own for the handler's scratch memory and
/// reply.
///
/// The end of a call does not wake the event loop: it is written here, and the loop looks when it has
/// time. So a shadow's threads never hold a lock that a loop might wait for.
///
/// Lifetime: a call in flight keeps its slot. Concurrency: confined to the loop, but for the end.
final class ShadowCall {
    /// Scratch memory of a handler; the request lies in the decision's arena.
    private static let arenaBytes = 64 * 1024
    /// The top two bits of a shadow's mark, over the slot's address: no live call has them
    /// (`CallMark` counts workers there), and no address.
    private static let tag: UInt = 0b01 << (UInt.bitWidth - 2)
    private static let tagMask: UInt = 0b11 << (UInt.bitWidth - 2)

    /// An end, or none yet.
    private static let running = Int.min

    let call: HandlerCall
    private(set) var decision: Decision?
    private(set) var shadow: ServedShadow?
    private(set) var startNanoseconds: UInt64 = 0
    private(set) var deadlineNanoseconds: UInt64 = 0
    /// The budget is over and the result is counted.
    var isLate = false

    private let clock: GatewayClock
    private let status = Atomic<Int>(ShadowCall.running)
    private let endNanoseconds = Atomic<UInt64>(0)

    init(clock: GatewayClock) {
        self.clock = clock
        call = HandlerCall(
            limits: HandlerCallLimits(
                linesMax: DecisionTable.linesMaximum,
                itemsMax: DecisionTable.itemsMaximum,
                arenaBytes: Self.arenaBytes
            )
        )
        let address = UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
        call.ownerContext = address | Self.tag
    }

    /// Fills the call with a decision's request and hands it over; false when the queue takes none.
    func submit(_ decision: Decision, to shadow: ServedShadow, now: UInt64) -> Bool {
        begin(decision, shadow, now: now)
        let retained = Unmanaged.passRetained(self)
        if shadow.queue.submit(call) { return true }
        retained.release()
        rest()
        return false
    }

    private func begin(_ decision: Decision, _ shadow: ServedShadow, now: UInt64) {
        self.decision = decision
        self.shadow = shadow
        startNanoseconds = now
        deadlineNanoseconds = now &+ shadow.settings.budgetNanoseconds
        isLate = false
        status.store(Self.running, ordering: .relaxed)
        call.reset()
        // What the live handler saw as "now", so that like is compared with like.
        let unixMilliseconds = decision.call.request.pointee.unix_milliseconds
        decision.fill(call, deadline: deadlineNanoseconds, unixMilliseconds: unixMilliseconds)
        // The only part of a request that the serving state owns; a given-up call outlives that.
        if let currency = try? call.arena.copy(decision.state.currency.bytes) {
            call.request.pointee.currency = sluice_bytes(currency)
        }
    }

    /// Forgets the request, so that its snapshot can be closed.
    func rest() {
        decision = nil
        shadow = nil
    }

    /// How the call ended and how long it took; nil while it is in flight.
    var ending: (status: HandlerStatus, nanoseconds: UInt64)? {
        let status = status.load(ordering: .acquiring)
        guard status != Self.running else { return nil }
        let end = endNanoseconds.load(ordering: .relaxed)
        return (HandlerStatus(rawValue: Int32(status)), end &- min(startNanoseconds, end))
    }

    // MARK: On any thread

    /// Takes the end of a call that a shadow made; false when the call is a live one.
    static func take(_ call: HandlerCall, status: Int32) -> Bool {
        guard call.ownerContext & tagMask == tag,
            let slot = UnsafeRawPointer(bitPattern: call.ownerContext & ~tagMask)
        else { return false }
        Unmanaged<ShadowCall>.fromOpaque(slot).takeRetainedValue().end(status)
        return true
    }

    private func end(_ status: Int32) {
        endNanoseconds.store(clock.monotonicNanoseconds(), ordering: .relaxed)
        self.status.store(Int(status), ordering: .releasing)
    }
}

/// Where queues bring the calls of shadows that have ended.
package enum ShadowReturns {
    /// Takes the end of a call that a shadow made; false when the call is a live decision's.
    ///
    /// Any thread; never blocks.
    package static func take(_ call: HandlerCall, status: Int32) -> Bool {
        ShadowCall.take(call, status: status)
    }
}
