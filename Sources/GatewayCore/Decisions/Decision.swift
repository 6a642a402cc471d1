// SPDX-License-Identifier: Apache-2.0
import CSluice
import FeatureSnapshots
import PluginHost
import Traffic

/// One request on its way from its parsed form to a reply.
///
/// Used again for the next request.
///
/// Subclasses know what is asked: they parse, fill handler calls, judge their answers and write the
/// reply. The worker moves the decision down the ladder.
///
/// Lifetime: taken from the worker's free list, given back when the reply is written and no handler
/// has one of its calls any more. The request's memory is the arena of the assigned rung's call.
class Decision {
    /// Names the decision among all of its worker, for ever.
    let slot: Int
    let purpose: DegradeLadder.Purpose

    private(set) var state: ServingState
    private(set) var model: ServedModel
    private(set) var identifier = DecisionIdentifiers.Identifier()
    private(set) var assignedVersion: Int
    /// Who asks; lives in the arena.
    private(set) var assignedUnit = UnsafeRawBufferPointer(start: nil, count: 0)
    /// A tester asked for the version: nothing is learned from the decision.
    private(set) var isForced = false
    private(set) var ladder: DegradeLadder
    private(set) var budget: LatencyBudget
    var stages = StageClock(start: 0)

    /// The version whose handler has the call, or which answered.
    var currentVersion: ServedVersion?
    var permit: Permit?
    var modelStart: UInt64 = 0
    /// When the current call ended; the largest number while that is not known.
    var callEnd = UInt64.max
    /// When the handler of the current rung must have answered.
    var callDeadline: UInt64 = 0
    /// A pooled handler has the call and somebody waits for it.
    var isWaiting = false
    /// The reply is written; only a handler that came late may still hold a call.
    var isFinished = true
    /// Calls that a pool has or whose completion is still on its way to the loop.
    var lentCallCount = 0
    /// What a handler that came late may still read of a state this decision has left.
    private var lateMemory: (snapshot: FeatureSnapshot, currency: StableBytes)?
    /// Shadows that read the request, or are about to.
    var shadowCount = 0
    /// Those of them whose answers are still to be compared.
    var comparisonCount = 0
    /// The reply is for a page of another origin.
    var isCrossOrigin = false

    // The stable rung has a call of its own: the handler of the assigned rung may still be at work
    // in the first one when its soft deadline passes.
    private let assignedCall: HandlerCall
    private let stableCall: HandlerCall

    init(
        slot: Int,
        purpose: DegradeLadder.Purpose,
        state: ServingState,
        model: ServedModel,
        limits: HandlerCallLimits
    ) {
        self.slot = slot
        self.purpose = purpose
        self.state = state
        self.model = model
        assignedVersion = model.stable
        ladder = DegradeLadder(purpose, assignedIsStable: true)
        budget = LatencyBudget(start: 0, routeLimitNanoseconds: 0)
        assignedCall = HandlerCall(limits: limits)
        stableCall = HandlerCall(limits: limits)
    }

    /// Lets completions of the calls find their way back.
    func markCalls(_ mark: CallMark) {
        assignedCall.ownerContext = mark.ownerContext
        stableCall.ownerContext = mark.ownerContext
    }

    /// Whether no handler has a call of this decision, no completion will name one any more, and no
    /// shadow reads the request.
    var isIdle: Bool { lentCallCount == 0 && shadowCount == 0 }

    /// Whether nothing needs the state any more: a late handler keeps what it reads of it, a shadow
    /// that was given up reads only the request.
    var isResting: Bool { isFinished && comparisonCount == 0 }

    /// Memory of the request, as long as the decision is at work.
    var arena: CallArena { assignedCall.arena }

    /// The call of the current rung.
    var call: HandlerCall { ladder.rung == .stable ? stableCall : assignedCall }

    /// Starts on a new request.
    func begin(
        _ state: ServingState,
        _ model: ServedModel,
        identifier: DecisionIdentifiers.Identifier,
        budget: LatencyBudget,
        stages: StageClock
    ) {
        rest(in: state, model)
        self.identifier = identifier
        self.budget = budget
        self.stages = stages
        assignedCall.reset()
        permit = nil
        isForced = false
        isFinished = false
    }

    /// Forgets the state of the last request, so that its snapshot can be closed.
    ///
    /// A call that a handler still has keeps what it reads and no more: not the state, which holds
    /// the bindings of every other version.
    func rest(in state: ServingState, _ model: ServedModel) {
        if isIdle {
            lateMemory = nil
        } else if lateMemory == nil {
            lateMemory = (self.state.snapshot, self.state.currency)
        }
        self.state = state
        self.model = model
        currentVersion = nil
    }

    /// Books the time the current call waited for a thread: it is not the handler's.
    func bookWait(nanoseconds: UInt64) {
        modelStart &+= nanoseconds
        stages.finish(.queue, now: stages.mark &+ nanoseconds)
    }

    /// A loop that comes later than this part of a call's time to its end was away for want of a core,
    /// and its handler may have been too.
    private static let lateLoopDivisor: UInt64 = 8

    /// Whether the loop comes so late to the end of the current call that it cannot blame the handler;
    /// one that keeps its threads is seen by its stuck pool all the same.
    func isGivenUpLate(now: UInt64) -> Bool {
        now &- callDeadline > (callDeadline &- modelStart) / Self.lateLoopDivisor
    }

    /// Puts the decision on the top of its ladder.
    func assign(unit: UnsafeRawBufferPointer) {
        assignedUnit = unit
        assign(version: model.split.assign(unit: unit).version)
    }

    /// Puts the decision on the top of its ladder, with a version of choice.
    func assign(version: Int) {
        assignedVersion = version
        ladder = DegradeLadder(purpose, assignedIsStable: assignedVersion == model.stable)
    }

    /// Puts the decision on the top of its ladder, with the version that a tester asked for.
    func force(version: Int) {
        assign(version: version)
        isForced = true
    }

    /// Steps down one rung.
    func descend(_ reason: DegradeReason, modelFits: Bool) {
        currentVersion = nil
        ladder.descend(reason, modelFits: modelFits)
        if ladder.rung == .stable { stableCall.reset() }
    }

    /// Fills the current rung's call.
    func fillCall(unixMilliseconds: Int64) {
        fill(call, deadline: callDeadline, unixMilliseconds: unixMilliseconds)
    }

    /// Writes what every handler sees into a call.
    func fillContext(
        of call: HandlerCall,
        shop: UnsafeRawBufferPointer,
        unit: UnsafeRawBufferPointer,
        customerRow: UInt32,
        deadline: UInt64,
        unixMilliseconds: Int64
    ) {
        let request = call.request
        request.pointee.deadline_ns = deadline
        request.pointee.unix_milliseconds = unixMilliseconds
        request.pointee.customer_row = customerRow
        request.pointee.currency_digits = UInt32(state.currencyDigits)
        request.pointee.shop = sluice_bytes(shop)
        request.pointee.currency = sluice_bytes(state.currency.bytes)
        request.pointee.unit = sluice_bytes(unit)
    }

    /// The first of the model's unit sources that the request names.
    func unit(
        customerID: UnsafeRawBufferPointer,
        sessionID: UnsafeRawBufferPointer,
        shop: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        for source in model.unitSources {
            let value =
                switch source {
                case .customerID: customerID
                case .sessionID: sessionID
                case .shop: shop
                }
            if !value.isEmpty { return value }
        }
        return UnsafeRawBufferPointer(start: nil, count: 0)
    }

    // MARK: What subclasses know

    /// Whether a handler is needed at all.
    var needsHandler: Bool { true }

    /// Fills a call, the decision's own or a shadow's, with the request.
    func fill(_ call: HandlerCall, deadline: UInt64, unixMilliseconds: Int64) {}

    /// Looks at what a handler answered with OK; a reason refuses it.
    func judge() -> DegradeReason? { nil }

    /// Answers from a rung without a model; false when it has nothing.
    ///
    /// The last rung always has.
    func answer(from rung: Rung, _ memory: borrowing WorkerMemory, now: UInt64) -> Bool { true }

    /// Remembers a good answer for the rungs below the models.
    func remember(_ memory: borrowing WorkerMemory, now: UInt64) {}

    /// Writes the body of the reply.
    func writeBody(_ writer: inout JSONWriter) {}

    /// Compares the model's answer with a shadow's, which ended with OK.
    func compare(with shadow: HandlerCall, _ recorder: ShadowRecorder) {}
}

extension Decision {
    /// The version that answered; nil on a rung without a model.
    var servedVersion: ServedVersion? {
        ladder.rung.needsModel ? currentVersion : nil
    }

    /// Writes the members every decision's body begins with, after `shop`.
    func writeProvenance(_ writer: inout JSONWriter) {
        writer.key("snapshot")
        writer.string(state.snapshotID.bytes)
        writer.key("model")
        writer.string(model.name.bytes)
        writer.key("assigned_version")
        writer.string(model.versions[assignedVersion].name.bytes)
        writer.key("served_version")
        if let servedVersion {
            writer.string(servedVersion.name.bytes)
        } else {
            writer.null()
        }
        writer.key("rung")
        writer.string(ladder.rung.wireName)
        if let reason = ladder.reason {
            writer.key("reason")
            writer.string(reason.wireName)
        }
    }
}
