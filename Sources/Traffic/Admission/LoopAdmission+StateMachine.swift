// SPDX-License-Identifier: Apache-2.0

/// Decides which requests an event loop answers when it cannot answer all.
///
/// Requests wait in socket buffers until the loop's next turn, so one that is met now arrived after
/// the turn before had begun: that bound is its queue delay. While the delay stands, fewer units of
/// the lowest class are admitted each interval, always the same ones for a while.
///
/// A pure state machine, one for each loop; times are monotonic nanoseconds. No allocation.
package struct LoopAdmission: Sendable {
    /// When the queue counts as overloaded, and who may be turned away then.
    package var settings: OverloadSettings
    /// Which part of each class is in.
    package private(set) var shares = AdmissionShares()
    /// The smallest queue delay of the last interval.
    package private(set) var delayNanoseconds: UInt64 = 0
    /// What one answered request takes of the loop, on average.
    package private(set) var serviceNanoseconds: UInt64 = 0

    private var delay = QueueDelay()
    private var intervalEnd: UInt64 = 0
    private var turnStart: UInt64 = 0
    private var turnEnd: UInt64 = 0
    /// No request of this turn arrived earlier; before the first turn nothing waits.
    package private(set) var earliestArrivalNanoseconds = UInt64.max
    private var admittedCount: UInt64 = 0
    private var shedCount: UInt64 = 0
    /// Classes met in the interval under way.
    private var met: AdmissionClasses = []

    /// A gap between two turns beyond which the loop slept and nothing was waiting.
    ///
    /// Longer than it takes to look at the sockets and read from the first, on a slow machine too; a
    /// fifth of the target, so that a shorter sleep that is taken for waiting is no concern.
    static let idleGapNanoseconds: UInt64 = 200_000
    /// The target is worth as many requests at least: fewer in the queue, and the loop runs dry
    /// between bursts (RFC 8289 §4.4; `LoopSimulation`).
    static let targetServices: UInt64 = 8
    /// Checkouts may wait for this many targets: the queue's tenth of their default budget.
    static let checkoutTargets: UInt64 = 5
    /// The interval is worth as many targets at least: a turn may last for two.
    static let intervalTargets: UInt64 = 4
    /// Turns over which the time of a request is averaged.
    static let serviceTurns: UInt64 = 8

    /// A loop that has not turned yet.
    package init(settings: OverloadSettings = OverloadSettings()) {
        self.settings = settings
    }

    /// Whether the queue stands: in the last whole interval every request waited.
    package var isOverloaded: Bool { delay.isOverloaded }

    /// Whether nothing is turned away.
    package var isCalm: Bool { !isOverloaded && shares.areFull }

    /// The longest that a request met now can have waited.
    package func waitedNanoseconds(now: UInt64) -> UInt64 { now.minus(earliestArrivalNanoseconds) }

    // MARK: Turns

    /// The loop met its first request since the last turn.
    ///
    /// - Returns: whether an interval has ended, and what is admitted may have changed.
    package mutating func beginTurn(now: UInt64) -> Bool {
        begin(isBusy: now.minus(turnEnd) < Self.idleGapNanoseconds, now: now)
    }

    /// The loop has work that is no request: a completion or a timer.
    ///
    /// Soon after a turn it belongs to it: who comes meanwhile may have waited since the turn began.
    /// After a loop that slept nobody waits.
    ///
    /// - Returns: whether an interval has ended, and what is admitted may have changed.
    package mutating func beginWork(now: UInt64) -> Bool {
        guard now.minus(turnEnd) < Self.idleGapNanoseconds else {
            return begin(isBusy: false, now: now)
        }
        earliestArrivalNanoseconds = turnStart
        return false
    }

    private mutating func begin(isBusy: Bool, now: UInt64) -> Bool {
        earliestArrivalNanoseconds = isBusy ? turnStart : now
        turnStart = now
        let smallest = delay.observe(
            nanoseconds: now.minus(earliestArrivalNanoseconds),
            now: now,
            target: target,
            interval: interval
        )
        guard let smallest else { return false }
        endInterval(smallest, now: now)
        return true
    }

    /// The loop has been through all requests of the turn.
    package mutating func endTurn(now: UInt64) {
        turnEnd = now
        // Where most are turned away, their share of the time would count as that of the others.
        if admittedCount > 0, admittedCount >= shedCount {
            learn(serviceNanoseconds: now.minus(turnStart) / admittedCount)
        }
        admittedCount = 0
        shedCount = 0
    }

    private mutating func learn(serviceNanoseconds sample: UInt64) {
        let weight = serviceNanoseconds == 0 ? 0 : Self.serviceTurns - 1
        serviceNanoseconds = (serviceNanoseconds * weight + sample) / (weight + 1)
    }

    private mutating func endInterval(_ smallest: UInt64, now: UInt64) {
        let elapsed = max(now.minus(intervalEnd) / max(interval, 1), 1)
        delayNanoseconds = smallest
        intervalEnd = now
        shares.adjust(
            delay: smallest,
            met: met,
            recommendationTarget: target(of: .recommendation),
            checkoutTarget: target(of: .checkout),
            intervals: elapsed
        )
        met = []
    }

    /// The queue delay that is no concern for a class.
    private func target(of admissionClass: AdmissionClass) -> UInt64 {
        admissionClass == .checkout ? Self.checkoutTargets * target : target
    }

    /// The queue delay that is no concern.
    package var targetNanoseconds: UInt64 { target }

    private var target: UInt64 {
        max(settings.targetNanoseconds, Self.targetServices * serviceNanoseconds)
    }

    private var interval: UInt64 {
        max(settings.intervalNanoseconds, Self.intervalTargets * target)
    }

    // MARK: Requests

    /// Whether nothing waits, and whoever asks is answered: the common case, without a look at who asks.
    package mutating func admitsAnyone(now: UInt64) -> Bool {
        guard isCalm, waitedNanoseconds(now: now) <= target else { return false }
        admittedCount &+= 1
        return true
    }

    /// Whether to answer a request.
    ///
    /// - Parameters:
    ///   - admissionClass: How much it matters.
    ///   - unitHash: Whose it is; nil while that is not known.
    ///   - remainingNanoseconds: Its budget less what its cheapest answer takes.
    ///   - now: The time.
    /// - Returns: `admitted`, `needsUnit` where only a unit decides, or where it was shed.
    package mutating func admit(
        _ admissionClass: AdmissionClass,
        unitHash: UInt64?,
        remainingNanoseconds: UInt64,
        now: UInt64
    ) -> AdmissionVerdict {
        guard settings.sheds(admissionClass) else { return .admitted }
        met.formUnion(AdmissionClasses(admissionClass))
        let verdict = judge(admissionClass, unitHash, remainingNanoseconds, now)
        switch verdict {
        case .admitted: admittedCount &+= 1
        case .shed: shedCount &+= 1
        case .needsUnit: break
        }
        return verdict
    }

    private func judge(
        _ admissionClass: AdmissionClass,
        _ unitHash: UInt64?,
        _ remaining: UInt64,
        _ now: UInt64
    ) -> AdmissionVerdict {
        let waited = waitedNanoseconds(now: now)
        if waited > target {
            if waited > remaining { return .shed(.predicted) }
            // A turn longer than an interval is overload that its own end would show too late.
            let isStanding = isOverloaded || now.minus(turnStart) > interval
            if isStanding, waited > 2 * target(of: admissionClass) { return .shed(.queue) }
        }
        let share = shares.share(of: admissionClass)
        if share == AdmissionShares.full { return .admitted }
        if share == 0 { return .shed(.queue) }
        guard let unitHash else { return .needsUnit }
        return position(of: unitHash, now: now) < share ? .admitted : .shed(.queue)
    }

    /// Where a unit stands in the order of being cut; another order in each period of the salt.
    ///
    /// Source: the finalizer of MurmurHash3.
    private func position(of unitHash: UInt64, now: UInt64) -> Int {
        var hash = unitHash ^ (now / settings.saltPeriodNanoseconds &* 0x9E37_79B9_7F4A_7C15)
        hash = (hash ^ hash >> 33) &* 0xFF51_AFD7_ED55_8CCD
        hash = (hash ^ hash >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return Int((hash ^ hash >> 33) >> UInt64(64 - AdmissionShares.fullBits))
    }
}
