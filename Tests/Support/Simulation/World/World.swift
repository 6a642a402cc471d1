// SPDX-License-Identifier: Apache-2.0
import FeatureSnapshots
import GatewayCore
import GatewayFixtures
import PluginHost
import Traffic

/// Everything of one run: its time, its chance, its faults, its gateway and its clients.
///
/// `@unchecked Sendable` because a run has one thread.
final class World: @unchecked Sendable {
    let stage: Stage
    let bug: DeliberateBug?
    let clock: SimulatedClock
    var random: SimulationRandom
    var faults: FaultPlan
    var trace = Trace()
    private(set) var gateway: SimulatedGateway!
    private(set) var checker: Checker!
    private var isBugSpent = false
    /// The completion a faulty queue delivers once more.
    private var heldCompletion: (mark: CallMark, call: HandlerCall, status: Int32)?

    /// A monotonic clock's range in which the ticks of breaker leases wrap.
    private static let startNanoseconds: ClosedRange<UInt64> = 1...(1 << 46)

    /// Steps shown of a run that went wrong.
    private static let lastStepCount = 60

    init(seed: UInt64, stage: Stage, bug: DeliberateBug?) throws {
        self.stage = stage
        self.bug = bug
        random = SimulationRandom(seed: seed)
        faults = FaultPlan(&random)
        // Half of the runs begin just before a wrap.
        let start = random.within(Self.startNanoseconds)
        let beforeWrap = Self.startNanoseconds.upperBound - random.within(0...1_000_000_000)
        clock = SimulatedClock(startNanoseconds: random.below(2) == 0 ? start : beforeWrap)
        checker = Checker(self)
        gateway = try SimulatedGateway(self)
    }

    /// The prices and rows of a snapshot; nil for none of ours.
    func variant(ofSnapshot id: String?) -> StoreFixture.Variant? {
        stage.snapshots.firstIndex { $0.id == id }.map { Stage.variants[$0] }
    }

    // MARK: Chance

    func fires(_ fault: Fault) -> Bool { faults.fires(fault, &random) }

    func note(_ event: StaticString, _ first: Int = 0, _ second: Int = 0) {
        trace.note(event, at: clock.now, first, second)
    }

    /// The steps before now, one on each line.
    var lastSteps: String { trace.tail(Self.lastStepCount) }

    /// What a handler's execution comes to.
    func drawAnswer() -> ScriptedHandler.Answer {
        if fires(.handlerFails) { return .failure }
        if fires(.handlerAnswersNaN) { return .notANumber }
        if fires(.handlerLeavesTheBand) { return .outsideTheBand }
        if fires(.handlerAnswersTheWrongShape) { return .wrongShape }
        if fires(.handlerIgnores) { return .ignored }
        return .right
    }

    /// An execution on the event loop: it takes the loop's time.
    func decideInline() -> ScriptedHandler.Answer {
        let stalls = fires(.handlerStallsTheLoop)
        clock.stall(nanoseconds: random.within(stalls ? 1_000_000...30_000_000 : 0...50_000))
        return drawAnswer()
    }

    // MARK: Completions

    /// A pool has ended a call: its worker hears of it.
    func completed(_ call: HandlerCall, _ status: Int32) {
        if bug == .completionIsLost, strikes() { return }
        let mark = CallMark(of: call)
        if bug == .completionIsDoubled, strikes() { heldCompletion = (mark, call, status) }
        let delay = fires(.completionIsDelayed) ? random.within(0...80_000_000) : 0
        clock.after(nanoseconds: delay) { [self] in
            note("hears", mark.worker, mark.slot)
            gateway.workers[mark.worker].poolEnded(mark.slot, call, status: status)
        }
    }

    // MARK: Deliberate bugs

    /// The bug that befalls the reply about to leave, if any.
    func strikesReply() -> DeliberateBug? {
        guard let bug, [.replyIsLost, .replyIsDoubled, .replyIsLate].contains(bug), strikes()
        else { return nil }
        return bug
    }

    /// Does the deliberate harm that waits for the end of a run.
    func harmQuietly() {
        if let (mark, call, status) = heldCompletion {
            gateway.workers[mark.worker].poolEnded(mark.slot, call, status: status)
        }
        heldCompletion = nil
        if bug == .permitLeaks {
            _ = gateway.breakers[0].acquire(now: clock.now, deadline: clock.now + 3_600_000_000_000)
        }
        if bug == .metricIsDoubled { gateway.workers[0].countRefusedBytes(status: 400) }
    }

    /// Once in a run, at a moment of chance.
    private func strikes() -> Bool {
        guard !isBugSpent, random.chance(permille: 300) else { return false }
        isBugSpent = true
        return true
    }
}
