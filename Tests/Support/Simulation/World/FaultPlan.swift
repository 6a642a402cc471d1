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

    private var ratesPermille: [Int]

    /// Draws the faults of a run.
    package init(_ random: inout SimulationRandom) {
        ratesPermille = Fault.allCases.map { _ in
            random.chance(permille: Self.enabledPermille) ? random.pick(Self.ratesPermille) : 0
        }
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
