// SPDX-License-Identifier: Apache-2.0

/// The shadow calls of one worker: those in flight, a free list, and the decisions that wait for their
/// replies to leave.
///
/// Grows to as many calls as were ever in flight at once, never beyond `callsMaximum`.
final class ShadowTable {
    /// Calls in flight at once, of all shadows: as many as the config allows one of them.
    static let callsMaximum = 64
    /// Decisions kept in one turn of the loop: more cannot be in flight after it.
    static let waitingMaximum = 64
    /// Decisions kept at once: those of one turn and those in flight.
    static let decisionsMaximum = waitingMaximum + callsMaximum

    /// Answered decisions that at least one shadow samples.
    private(set) var waiting: [Decision] = []
    private(set) var inFlight: [ShadowCall] = []
    private var free: [ShadowCall] = []
    private var createdCount = 0
    private let clock: GatewayClock

    init(clock: GatewayClock) {
        self.clock = clock
        waiting.reserveCapacity(Self.waitingMaximum)
        inFlight.reserveCapacity(Self.callsMaximum)
        free.reserveCapacity(Self.callsMaximum)
    }

    // MARK: Waiting

    /// Whether another decision may be kept.
    var mayWait: Bool { waiting.count < Self.waitingMaximum }

    func keep(_ decision: Decision) { waiting.append(decision) }

    func nextWaiting() -> Decision? { waiting.popLast() }

    // MARK: Calls

    /// A slot for a call; nil when too many are in flight.
    func take() -> ShadowCall? {
        if let call = free.popLast() { return call }
        guard createdCount < Self.callsMaximum else { return nil }
        createdCount += 1
        return ShadowCall(clock: clock)
    }

    func started(_ call: ShadowCall) { inFlight.append(call) }

    /// Takes the call at an index of `inFlight` out.
    func remove(at index: Int) -> ShadowCall {
        inFlight.swapAt(index, inFlight.count - 1)
        return inFlight.removeLast()
    }

    func giveBack(_ call: ShadowCall) {
        call.rest()
        free.append(call)
    }
}
