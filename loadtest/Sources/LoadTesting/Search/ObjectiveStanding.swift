// SPDX-License-Identifier: Apache-2.0

/// How an objective stands when the uncertainty of its value is counted in.
package enum ObjectiveStanding: Hashable, Sendable {
    /// The whole interval meets it.
    case met
    /// The whole interval misses it.
    case missed
    /// The interval holds the limit; the estimate meets it or not.
    case straddles(isMet: Bool)

    /// How all of several objectives stand together.
    package static func all(_ standings: [ObjectiveStanding]) -> ObjectiveStanding {
        if standings.contains(.missed) { return .missed }
        guard standings.contains(where: { $0 != .met }) else { return .met }
        return .straddles(isMet: !standings.contains(.straddles(isMet: false)))
    }
}

extension Objective {
    /// The route it is about; nil for all requests.
    package var routeName: String? { route }

    /// How it stands over the seconds of its route.
    package func standing(in counts: SecondlyCounts, seed: UInt64 = 1) -> ObjectiveStanding {
        guard let interval = interval(in: counts, seed: seed) else {
            return .straddles(isMet: false)
        }
        let ends = [interval.lower, interval.upper].map { comparison.holds($0, limit) }
        if ends == [true, true] { return .met }
        if ends == [false, false] { return .missed }
        return .straddles(isMet: comparison.holds(interval.estimate, limit))
    }

    /// Its value with the interval, in the unit of its limit; nil without samples.
    package func interval(in counts: SecondlyCounts, seed: UInt64 = 1) -> ConfidenceInterval? {
        switch quantity {
        case .answered:
            BlockBootstrap.interval(ofRatio: counts.answered, to: counts.due, seed: seed)
        case .shed: BlockBootstrap.interval(ofRatio: counts.shed, to: counts.due, seed: seed)
        case .goodput:
            BlockBootstrap.interval(
                ofRatio: counts.answered,
                to: [Double](repeating: 1, count: counts.seconds),
                seed: seed
            )
        case .scheduled(let percentile):
            Self.milliseconds(percentile, counts.scheduled, seed)
        case .service(let percentile): Self.milliseconds(percentile, counts.service, seed)
        }
    }

    private static func milliseconds(
        _ percentile: Double,
        _ seconds: [LatencyCounts],
        _ seed: UInt64
    ) -> ConfidenceInterval? {
        BlockBootstrap.interval(ofPercentile: percentile, of: seconds, seed: seed)?
            .scaled(by: 1e-6)
    }

    /// Whether low rates are likelier to meet it than high ones.
    package var canBoundRates: Bool { quantity != .goodput }

    /// Whether it says how many requests must be answered, of all or of one route.
    package var isAboutAnswers: Bool { quantity == .answered || quantity == .shed }

    /// Good answers of its route that it needs before its value means anything.
    package var samplesNeeded: UInt64 {
        switch quantity {
        case .scheduled(let percentile), .service(let percentile):
            LatencyHistogram.samplesNeeded(forPercentile: percentile)
        case .answered, .shed, .goodput: 1
        }
    }

    /// Whether one second of its route meets it, few samples or not; a second without requests does.
    func holds(inSecond second: Int, of counts: SecondlyCounts) -> Bool {
        let due = counts.due[second]
        guard due > 0 else { return true }
        let value: Double? =
            switch quantity {
            case .answered: counts.answered[second] / due
            case .shed: counts.shed[second] / due
            case .goodput: counts.answered[second]
            case .scheduled(let percentile):
                counts.scheduled[second].nanoseconds(atPercentile: percentile).map {
                    Double($0) / 1e6
                }
            case .service(let percentile):
                counts.service[second].nanoseconds(atPercentile: percentile).map {
                    Double($0) / 1e6
                }
            }
        return value.map { comparison.holds($0, limit) } ?? false
    }
}
