// SPDX-License-Identifier: Apache-2.0

/// Whether the second of two runs is better or worse than the first, series by series.
package struct RunComparison: Sendable, Encodable {
    /// What was measured of one run: all requests, and those of each route.
    package struct Side: Sendable {
        /// What the run is called: its folder or its target.
        package var name: String
        /// All requests.
        package var total = SecondlyCounts()
        /// By name of the route.
        package var routes: [String: SecondlyCounts] = [:]

        /// A side without measurements.
        package init(name: String) { self.name = name }

        /// A recorded run.
        package init(name: String, _ record: RunRecord) {
            self.name = name
            append(record)
        }

        /// Goes on with another recorded run.
        package mutating func append(_ record: RunRecord) {
            total.append(SecondlyCounts(record))
            for route in record.description.routes {
                routes[route, default: SecondlyCounts()]
                    .append(SecondlyCounts(record, route: route))
            }
        }
    }

    /// The series of all requests.
    static let total = "total"

    /// Version of this format.
    package let format = 1
    /// What the first run is called.
    package let first: String
    /// What the second run is called.
    package let second: String
    /// Why the runs should not be compared; empty when they may be.
    package let objections: [String]
    /// Differences below it count as none.
    package let threshold: PracticalThreshold
    /// Every number that was compared.
    package let cells: [ComparisonCell]
    /// What the second run is.
    package let verdict: ComparisonVerdict

    /// Compares two runs.
    ///
    /// - Parameters:
    ///   - first: What there was before.
    ///   - second: What there is now.
    ///   - isPaired: Whether equal seconds of both were measured next to each other, so that what
    ///     disturbs one disturbs the other.
    ///   - objections: What speaks against comparing them.
    ///   - threshold: Differences below it count as none.
    ///   - seed: What decides the draws.
    package init(
        _ first: Side,
        _ second: Side,
        isPaired: Bool,
        objections: [String] = [],
        threshold: PracticalThreshold = PracticalThreshold(),
        seed: UInt64 = 1
    ) {
        (self.first, self.second) = (first.name, second.name)
        self.objections = objections
        self.threshold = threshold
        var cells: [ComparisonCell] = []
        for (name, counts) in Self.series(first, second) {
            let mine = ResampledRun(counts.first, seed: seed)
            let theirs = ResampledRun(counts.second, seed: isPaired ? seed : seed &+ 1)
            cells += ComparisonMetric.all.map { metric in
                ComparisonCell(name, metric, MetricDifference(metric, mine, theirs), threshold)
            }
        }
        self.cells = Self.judged(cells)
        verdict = Self.verdict(self.cells)
    }

    /// The series that both runs have; a single route is all there is.
    private static func series(
        _ first: Side,
        _ second: Side
    ) -> [(String, (first: SecondlyCounts, second: SecondlyCounts))] {
        let names = Set(first.routes.keys).intersection(second.routes.keys).sorted()
        let routes = names.count < 2 ? [] : names
        return [(total, (first.total, second.total))]
            + routes.compactMap { name in
                guard let mine = first.routes[name], let theirs = second.routes[name] else {
                    return nil
                }
                return (name, (mine, theirs))
            }
    }

    /// Corrects the probabilities for their number, and judges each cell by its own.
    private static func judged(_ cells: [ComparisonCell]) -> [ComparisonCell] {
        var judged = cells
        let known = cells.indices.filter { cells[$0].probability != nil }
        let corrected = Significance.holm(known.compactMap { cells[$0].probability })
        for (index, probability) in zip(known, corrected) {
            judged[index].probability = probability
            judged[index].judge()
        }
        return judged
    }

    private static func verdict(_ cells: [ComparisonCell]) -> ComparisonVerdict {
        if cells.contains(where: { $0.verdict == .worse }) { return .worse }
        if cells.contains(where: { $0.verdict == .better }) { return .better }
        let deciding = cells.filter {
            $0.series == total && ComparisonMetric.deciding.contains($0.kind)
        }
        return deciding.allSatisfy { $0.verdict == .same } ? .same : .undecided
    }
}
