// SPDX-License-Identifier: Apache-2.0

/// Which faults one seed has, and how often each fires.
///
/// A fault is off in most runs, so that runs with few faults go deep; where it is on, it fires at
/// random each time it could. Source: FoundationDB's BUGGIFY.
package struct FaultPlan: Sendable {
    /// How many runs in a thousand have a fault switched on.
    private static let enabledPermille = 250
    /// How often an enabled fault fires: now and then, or nearly always.
    private static let ratesPermille = [10, 50, 200, 700]
    /// How many runs in a thousand have a fault of their family switched on, nearly always firing.
    private static let familyPermille = 600
    private static let familyRatesPermille = [200, 700, 1_000]

    /// What a run looks at.
    private enum Family: CaseIterable {
        /// Every fault, and whatever comes of them together.
        case all
        /// More requests than can be answered, by handlers that have no fault.
        case load
        /// Processes that end: workers, and gateways that hand over or drain.
        case ends
    }

    private var ratesPermille: [Int]

    /// Draws the faults of a run.
    package init(_ random: inout SimulationRandom) {
        let family = random.pick(Family.allCases)
        ratesPermille = Fault.allCases.map { Self.ratePermille(of: $0, family, &random) }
    }

    private static func ratePermille(
        of fault: Fault,
        _ family: Family,
        _ random: inout SimulationRandom
    ) -> Int {
        let isOwn =
            switch family {
            case .all: false
            case .load: fault.isOfLoad
            case .ends: fault.isOfEnds
            }
        if isOwn {
            return random.chance(permille: familyPermille) ? random.pick(familyRatesPermille) : 0
        }
        if family == .load, fault.isOfHandlers { return 0 }
        return random.chance(permille: enabledPermille) ? random.pick(ratesPermille) : 0
    }

    /// Whether a fault happens now.
    package func fires(_ fault: Fault, _ random: inout SimulationRandom) -> Bool {
        let rate = ratesPermille[fault.rawValue]
        return rate > 0 && random.chance(permille: rate)
    }

    /// Whether a fault is switched on.
    package func isEnabled(_ fault: Fault) -> Bool { ratesPermille[fault.rawValue] > 0 }

    /// What a handler's execution comes to.
    func drawAnswer(_ random: inout SimulationRandom) -> ScriptedHandler.Answer {
        if fires(.handlerFails, &random) { return .failure }
        if fires(.handlerAnswersNaN, &random) { return .notANumber }
        if fires(.handlerLeavesTheBand, &random) { return .outsideTheBand }
        if fires(.handlerAnswersTheWrongShape, &random) { return .wrongShape }
        if fires(.handlerIgnores, &random) { return .ignored }
        return .right
    }

    /// Ends one fault.
    package mutating func switchOff(_ fault: Fault) { ratesPermille[fault.rawValue] = 0 }

    /// Ends every fault.
    package mutating func heal() {
        ratesPermille = ratesPermille.map { _ in 0 }
    }

    /// The faults that are switched on.
    package var enabled: [Fault] { Fault.allCases.filter(isEnabled) }
}
