// SPDX-License-Identifier: Apache-2.0

/// How alike the seconds of a run are, as far as its verdict depends on it.
package struct Steadiness: Hashable, Sendable {
    /// Seconds below which nothing can be said.
    private static let secondsNeeded = 10
    private static let percentile = 99.0

    /// The 99th percentile with the interval that blocks of seconds give it, in nanoseconds.
    package var blocks: ConfidenceInterval
    /// The same with the interval that independent requests would give it.
    package var ranks: ConfidenceInterval
    /// Medians of the first and of the second half, in nanoseconds.
    package var halfMedians: [UInt64]

    /// Steadiness from its parts.
    package init(
        blocks: ConfidenceInterval,
        ranks: ConfidenceInterval,
        halfMedians: [UInt64]
    ) {
        self.blocks = blocks
        self.ranks = ranks
        self.halfMedians = halfMedians
    }

    /// The steadiness of a run's scheduled latency.
    ///
    /// - Returns: nil for a run that is too short, or whose rate was meant to change.
    package init?(_ record: RunRecord) {
        let seconds = record.seconds.filter(record.isScored)
        guard seconds.count >= Self.secondsNeeded, record.hasOneRate else { return nil }
        let histograms = record.histograms(clock: .scheduled)
        let counts = seconds.map { LatencyCounts([histograms[$0]]) }
        let seed = record.description.seed
        guard
            let blocks = BlockBootstrap.interval(
                ofPercentile: Self.percentile,
                of: counts,
                seed: seed
            ),
            let ranks = OrderStatistic.interval(
                ofPercentile: Self.percentile,
                of: LatencyCounts(counts.flatMap(\.entries))
            )
        else { return nil }
        let half = seconds.count / 2
        let medians = [seconds.prefix(half), seconds.dropFirst(half)].map { part in
            part.reduce(into: LatencyHistogram()) { $0.add(histograms[$1]) }
                .nanoseconds(atPercentile: 50)
        }
        self.init(blocks: blocks, ranks: ranks, halfMedians: medians)
    }
}

extension RunRecord {
    /// Whether the requests of a second count.
    package func isScored(_ second: Int) -> Bool {
        description.phases.first { $0.seconds.contains(second) }?.isScored ?? true
    }

    /// Whether all phases that count asked for the same rate: a ramp is not unsteady.
    var hasOneRate: Bool {
        Set(description.phases.filter(\.isScored).map(\.rate)).count <= 1
            && description.phases.allSatisfy(\.isConstant)
    }
}
