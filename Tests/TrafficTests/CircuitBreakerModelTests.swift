// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Traffic

/// Every interleaving of three callers and the watchdog.
struct CircuitBreakerModelTests {
    struct Scope: Sendable {
        let phase: BreakerPhase
        let trialCount: Int
        let callsPerActor: Int
        let leaps: Int
    }

    @Test(arguments: [
        Scope(phase: .open, trialCount: 2, callsPerActor: 1, leaps: 2),
        Scope(phase: .open, trialCount: 3, callsPerActor: 1, leaps: 3),
        Scope(phase: .closed, trialCount: 2, callsPerActor: 1, leaps: 3),
        Scope(phase: .open, trialCount: 2, callsPerActor: 2, leaps: 0),
    ])
    func noInterleavingBreaksARule(scope: Scope) throws {
        let machine = CircuitBreaker.StateMachine(
            settings: try BreakerSettings(
                slowThresholdNanoseconds: second,
                consecutiveFailures: 1,
                trialCount: scope.trialCount,
                trialsInFlightMax: 2,
                rampNanoseconds: 0
            ),
            seed: 1
        )
        let start = BreakerModel(
            word: BreakerWord(scope.phase, epoch: 0),
            now: 1_000 * second,
            leaps: scope.leaps,
            actors: .init(repeating: .init(callsLeft: scope.callsPerActor), count: 3)
                + [.init(callsLeft: 0)]
        )
        let phases = try explore(from: start, machine)
        #expect(phases.isSuperset(of: [.open, .halfOpen, .closed]))
    }

    /// Visits every state that can be reached and returns the phases seen.
    private func explore(
        from start: BreakerModel,
        _ machine: CircuitBreaker.StateMachine
    ) throws -> Set<BreakerPhase> {
        var seen: Set = [start]
        var frontier = [start]
        var phases: Set<BreakerPhase> = []
        while let model = frontier.popLast() {
            phases.insert(model.word.phase)
            for next in try model.successors(machine) where seen.insert(next).inserted {
                frontier.append(next)
            }
        }
        return phases
    }
}
