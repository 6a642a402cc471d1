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
    /// Of shadows alone, so that everything else happens as without them.
    var shadowRandom: SimulationRandom
    /// Whether handlers stand still with the event loops.
    var hasOneCore: Bool { faults.isEnabled(.machineHasOneCore) }
    /// Whether a breaker may open: a handler has faults, or had.
    private(set) var mayBreakersOpen: Bool
    var faults: FaultPlan
    var trace = Trace()
    /// What accepts connections.
    private(set) var gateway: SimulatedGateway!
    /// All there were: the last one accepts.
    private(set) var gateways: [SimulatedGateway] = []
    private(set) var checker: Checker!
    private var isBugSpent = false
    /// The completion a faulty queue delivers once more.
    private var heldCompletion: (worker: GatewayWorker, call: HandlerCall, status: Int32)?
    /// Everybody who ever connected, or is about to.
    private(set) var clients: [SimulatedClient] = []
    /// Whether this run's gateways end before the run does.
    let drains: Bool
    /// Whether calls were given up at one moment.
    private(set) var hasSimultaneousEnds = false
    private var lastGivenUp: UInt64 = 0
    /// Whether calls are refused that would wait too long for a pool's threads.
    let poolsHaveLaw: Bool

    /// A monotonic clock's range in which the ticks of breaker leases wrap.
    private static let startNanoseconds: ClosedRange<UInt64> = 1...(1 << 46)

    /// Time in which a draining gateway has to see that a connection is quiet: a second, and the time
    /// in which it has looked at every connection.
    private static let quietNanosecondsMax: UInt64 = 2_200_000_000

    /// Steps shown of a run that went wrong.
    private static let lastStepCount = 60

    init(seed: UInt64, stage: Stage, bug: DeliberateBug?, shadows: Bool) throws {
        self.stage = stage
        self.bug = bug
        random = SimulationRandom(seed: seed)
        shadowRandom = SimulationRandom(seed: ~seed)
        faults = FaultPlan(&random)
        if !shadows { faults.switchOff(.requestsAreShadowed) }
        poolsHaveLaw = random.below(2) == 0
        drains = faults.isEnabled(.gatewayDrains) || faults.isEnabled(.gatewayHandsOver)
        mayBreakersOpen = faults.enabled.contains { $0.isOfHandlers || $0 == .budgetIsTight }
        // Half of the runs begin just before a wrap.
        let start = random.within(Self.startNanoseconds)
        let beforeWrap = Self.startNanoseconds.upperBound - random.within(0...1_000_000_000)
        clock = SimulatedClock(startNanoseconds: random.below(2) == 0 ? start : beforeWrap)
        checker = Checker(self)
        gateway = try SimulatedGateway(self)
        gateways = [gateway]
    }

    /// Another process with the same config accepts from now on.
    func handOver() throws {
        gateway = try SimulatedGateway(self, after: gateway)
        gateways.append(gateway)
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

    /// An execution on the event loop: it takes the loop's time.
    func decideInline() -> ScriptedHandler.Answer {
        let stalls = fires(.handlerStallsTheLoop)
        clock.stall(nanoseconds: random.within(stalls ? 1_000_000...30_000_000 : 0...50_000))
        return faults.drawAnswer(&random)
    }

    // MARK: Clients

    /// Has a client connect some time from now, with what accepts then.
    func connect(_ requests: [SimulatedRequest], after nanoseconds: UInt64) {
        let worker = random.below(gateway.workers.count)
        let client = SimulatedClient(self, worker: worker, requests: requests)
        clients.append(client)
        clock.after(nanoseconds: nanoseconds) { client.start() }
    }

    /// Fails for connections that a draining gateway leaves open though nothing comes of them.
    func lookForQuietConnections(of gateway: SimulatedGateway) {
        let start = clock.now
        clock.after(nanoseconds: Self.quietNanosecondsMax) { [self] in
            for client in clients where client.gateway === gateway && client.isQuiet(since: start) {
                checker.fail(.drainClosesQuiet, "a connection nothing comes of is still open")
            }
        }
    }

    // MARK: Calls

    /// A live call is given up. Which of several goes first depends on where their decisions lie, and
    /// that on shadows: such runs are not compared.
    func gaveUp() {
        if clock.now == lastGivenUp { hasSimultaneousEnds = true }
        lastGivenUp = clock.now
    }

    /// A pool has ended a call: its worker hears of it.
    func completed(_ call: HandlerCall, _ status: Int32, at gateway: SimulatedGateway) {
        if bug == .completionIsLost, strikes() { return }
        if bug == .loadTripsBreakers, strikes() { gateway.breakers[0].trip(now: clock.now) }
        call.endedNanoseconds = clock.now
        let mark = CallMark(of: call)
        if bug == .completionIsDoubled, strikes() {
            heldCompletion = (gateway.workers[mark.worker], call, status)
        }
        let delay = fires(.completionIsDelayed) ? random.within(0...80_000_000) : 0
        clock.after(nanoseconds: delay) { [self] in
            note("hears", mark.worker, mark.slot)
            gateway.onLoop(mark.worker) { $0.poolEnded(mark.slot, call, status: status) }
        }
    }

    /// A shadow has ended a call: its slot is told, and nobody else.
    func shadowEnded(_ call: HandlerCall, _ status: Int32) {
        if bug == .shadowIsLost, strikes() { return }
        _ = ShadowReturns.take(call, status: status)
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
        if let (worker, call, status) = heldCompletion {
            worker.poolEnded(CallMark(of: call).slot, call, status: status)
        }
        heldCompletion = nil
        if bug == .permitLeaks {
            _ = gateway.breakers[0].acquire(now: clock.now, deadline: clock.now + 3_600_000_000_000)
        }
        if bug == .metricIsDoubled { gateway.workers[0].countRefusedBytes(status: 400) }
    }

    /// Has a shadow hold the event loop.
    func strikeShadow() {
        if bug == .shadowHoldsTheLoop { clock.stall(nanoseconds: 5_000_000) }
    }

    /// Once in a run, at a moment of chance.
    private func strikes() -> Bool {
        guard !isBugSpent, random.chance(permille: 300) else { return false }
        isBugSpent = true
        return true
    }
}
