// SPDX-License-Identifier: Apache-2.0

/// How soon a target is well again after a fault.
package enum Recovery {
    /// Good seconds in a row before a target counts as well again.
    package static let secondsNeeded = 3

    /// Seconds from a fault's end until the first of three good seconds in a row.
    ///
    /// - Parameters:
    ///   - end: When the fault ended, in seconds since the start of the scored part.
    ///   - isGood: Of each second of the run, whether it met the objectives.
    /// - Returns: nil when the run does not show it.
    package static func seconds(after end: Double, _ isGood: [Bool]) -> Double? {
        // The second in which the fault ended is partly the fault's.
        let first = max(0, Int(end.rounded(.up)))
        var inARow = 0
        for second in isGood.indices.dropFirst(first) {
            inARow = isGood[second] ? inARow + 1 : 0
            if inARow == secondsNeeded { return Double(second + 1 - secondsNeeded) - end }
        }
        return nil
    }
}

/// When a second counts as good.
package struct GoodSeconds: Sendable {
    /// Without objectives: how many must be answered.
    private static let answeredShare = 0.99
    /// Without objectives: how much slower than before the faults the 99th percentile may be.
    private static let slowdownMaximum = 2.0
    /// Without objectives: a slowdown nobody minds, in nanoseconds.
    private static let slowdownNanoseconds: UInt64 = 1_000_000

    private let counts: SecondlyCounts
    private let routes: [String: SecondlyCounts]
    private let objectives: [Objective]

    /// The seconds of a record, judged by objectives.
    package init(_ record: RunRecord, _ objectives: [Objective]) {
        counts = SecondlyCounts(record)
        let names = Set(objectives.compactMap(\.routeName))
        routes = Dictionary(uniqueKeysWithValues: names.map { ($0, .init(record, route: $0)) })
        self.objectives = objectives
    }

    /// Of each second, whether it met the objectives.
    ///
    /// Without any: nearly all was answered, and not much slower than in the seconds before.
    package func judged(before fault: Range<Int>) -> [Bool] {
        let usual = LatencyCounts(counts.scheduled[fault].flatMap(\.entries))
        return (0..<counts.seconds).map { second in
            guard objectives.isEmpty else {
                return objectives.allSatisfy { objective in
                    let counts = objective.routeName.flatMap { routes[$0] } ?? counts
                    return objective.holds(inSecond: second, of: counts)
                }
            }
            return isUsual(second, usual)
        }
    }

    private func isUsual(_ second: Int, _ usual: LatencyCounts) -> Bool {
        guard counts.answered[second] >= counts.due[second] * Self.answeredShare else {
            return false
        }
        guard let before = usual.nanoseconds(atPercentile: 99),
            let now = counts.scheduled[second].nanoseconds(atPercentile: 99)
        else { return true }
        let limit = UInt64(Double(before) * Self.slowdownMaximum)
        return now <= max(limit, before + Self.slowdownNanoseconds)
    }
}
