// SPDX-License-Identifier: Apache-2.0

/// The part of a request's time that grew first when the rate rose: where the server ran out.
package struct PhaseGrowth: Hashable, Sendable, Encodable {
    /// Times its value at the lowest rate at which a part has grown.
    private static let factor: UInt64 = 2
    /// Growth below which nobody looks: half a millisecond.
    private static let nanosecondsNeeded: UInt64 = 500_000

    /// The part, such as `connection_wait` or `phase:infer`.
    package let phase: String
    /// The rate at which it had grown.
    package let rate: Double
    /// Its 99th percentile at the lowest rate, in milliseconds.
    package let fromMs: Double
    /// Its 99th percentile at that rate, in milliseconds.
    package let toMs: Double

    /// Finds it among the parts measured at each rate; nil when none grew.
    package init?(_ probes: [(rate: Double, phases: [String: UInt64])]) {
        let ascending = probes.sorted { $0.rate < $1.rate }
        guard let lowest = ascending.first else { return nil }
        for probe in ascending.dropFirst() {
            let growths = probe.phases.compactMap { name, value -> (String, UInt64, UInt64)? in
                let before = lowest.phases[name] ?? 0
                guard value > before * Self.factor, value - before > Self.nanosecondsNeeded
                else { return nil }
                return (name, before, value)
            }
            // Names decide between equals, so that the same run says the same.
            guard let most = growths.max(by: { ($0.2 - $0.1, $1.0) < ($1.2 - $1.1, $0.0) })
            else { continue }
            (phase, rate) = (most.0, probe.rate)
            (fromMs, toMs) = (Double(most.1) / 1e6, Double(most.2) / 1e6)
            return
        }
        return nil
    }
}

extension RunRecord {
    /// The 99th percentile of each part of an answer's time, in nanoseconds, by the part's name.
    ///
    /// The parts are the wait for a connection and the server's own phases; without those, the time
    /// until the first byte.
    var phasePercentiles: [String: UInt64] {
        let server = clocks().filter {
            if case .phase = $0 { $0 != .phase(LatencyClock.totalPhase) } else { false }
        }
        let parts = [.connectionWait] + (server.isEmpty ? [.firstByte] : server)
        let percentiles = parts.map {
            ($0.name, histogram(clock: $0).nanoseconds(atPercentile: 99))
        }
        return Dictionary(uniqueKeysWithValues: percentiles)
    }
}
