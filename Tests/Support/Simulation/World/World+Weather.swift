// SPDX-License-Identifier: Apache-2.0
import Traffic

extension World {
    /// Weights a config may have, by version, in basis points.
    private static let weights = [
        [2_000, 3_000, 5_000], [10_000, 0, 0], [0, 0, 10_000], [3_334, 3_333, 3_333],
    ]
    /// Time a drain may take, in nanoseconds.
    private static let drainNanoseconds: UInt64 = 3_000_000_000

    /// Lets the events happen that no client and no handler causes.
    func changeWeather() {
        if fires(.snapshotIsSwapped) {
            let next = random.below(stage.snapshots.count)
            gateway.publish { $0.snapshot = next }
        }
        if fires(.weightsAreChanged) {
            let next = random.pick(Self.weights)
            gateway.publish { $0.weights = next }
        }
        if fires(.wallClockJumps) {
            clock.wallOffsetMilliseconds += Int64(random.below(7_200_000)) - 3_600_000
        }
        if random.below(10) == 0, fires(.gatewayDrains) {
            gateway.drain(nanoseconds: Self.drainNanoseconds)
        }
        if random.below(10) == 0, fires(.gatewayHandsOver) { takeOver() }
    }

    /// A successor accepts, and then what accepted before hands over.
    private func takeOver() {
        let predecessor = gateway!
        guard gateways.count == 1, predecessor.drained.isEmpty else { return }
        do { try handOver() } catch {
            checker.fail(.handOverLosesNothing, "no successor could be made: \(error)")
        }
        clock.after(nanoseconds: random.within(0...20_000_000)) {
            predecessor.handOver(nanoseconds: Self.drainNanoseconds)
        }
    }

    /// Who is admitted when not all can be.
    func drawOverload() -> OverloadSettings {
        var settings = OverloadSettings()
        if random.below(2) == 0 {
            settings.targetNanoseconds = 200_000
            settings.intervalNanoseconds = 4_000_000
        }
        if bug == .unitsAreShuffled { settings.saltPeriodNanoseconds = 1_000 }
        if bug == .recommendationsAreSpared { settings.shedsRecommendations = false }
        return settings
    }

    /// Whether every breaker lets all calls through.
    var isHealthy: Bool {
        gateway.breakers.allSatisfy { $0.effectiveState(now: clock.now) == .closed }
    }

    /// The states of all breakers.
    var healthText: String {
        "breakers are "
            + gateway.breakers.map { $0.effectiveState(now: clock.now).rawValue }
            .joined(separator: ", ")
    }
}
