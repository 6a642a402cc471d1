// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Reveals sessions item by item and compares each prediction with what came next.
package struct SessionEvaluation {
    /// Predictions by how many items were known.
    package struct Segment: Sendable {
        /// The fewest known items.
        package let knownMinimum: Int
        /// What it is called in a report.
        package let name: String
        /// The segment's sums.
        package fileprivate(set) var tally = EvaluationTally()
    }

    /// All predictions.
    package private(set) var overall = EvaluationTally()
    /// The same by known items, the fewest first.
    package private(set) var segments = [
        Segment(knownMinimum: 1, name: "1 item known"),
        Segment(knownMinimum: 2, name: "2 items known"),
        Segment(knownMinimum: 3, name: "3 to 5 items known"),
        Segment(knownMinimum: 6, name: "6 and more items known"),
    ]
    /// Sessions with something to predict.
    package private(set) var sessions = 0
    private var nanoseconds: [UInt32] = []
    private var isAnswered: [Bool]
    private let model: SessionModel
    private let space: SessionSpace
    private let answer: UnsafeMutableBufferPointer<ScoredItem>

    /// An evaluation of answers with so many places.
    package init(_ model: SessionModel, limit: Int) {
        self.model = model
        space = SessionSpace(model)
        answer = .allocate(capacity: limit)
        isAnswered = [Bool](repeating: false, count: model.index.itemCount)
    }

    /// Predicts every item of every session but the first.
    ///
    /// - Parameters:
    ///   - log: sessions of the future; items are numbers of the index, others are unknown to it.
    ///   - progress: called now and then with sessions done and sessions in all.
    package mutating func run(_ log: ClickLog, progress: (Int, Int) -> Void = { _, _ in }) {
        var grouped = GroupedClicks(log.clicks)
        let count = log.clicks.sessionCount
        for session in 0..<count {
            let range = grouped.sortedRange(ofSession: session)
            if range.count > 1 {
                sessions += 1
                grouped.items[range].withUnsafeBufferPointer { run(Array($0)) }
            }
            if session % 256 == 0 { progress(session, count) }
        }
        nanoseconds.sort()
        answer.deallocate()
    }

    /// Share of the index's items that came in any answer.
    package var coverage: Double {
        guard !isAnswered.isEmpty else { return 0 }
        return Double(isAnswered.count { $0 }) / Double(isAnswered.count)
    }

    /// Time of one prediction that so many of a hundred do not exceed, in nanoseconds.
    package func latency(percentile: Double) -> Int {
        guard !nanoseconds.isEmpty else { return 0 }
        let rank = Int((percentile / 100 * Double(nanoseconds.count)).rounded(.up)) - 1
        return Int(nanoseconds[min(max(rank, 0), nanoseconds.count - 1)])
    }

    private mutating func run(_ items: [UInt32]) {
        for known in 1..<items.count {
            let count = predict(items, known: known)
            let found = answer[..<count]
            for candidate in found { isAnswered[Int(candidate.item)] = true }
            let following = items[known...]
            overall.add(found, limit: answer.count, following: following)
            let segment = segments.lastIndex { $0.knownMinimum <= known } ?? 0
            segments[segment].tally.add(found, limit: answer.count, following: following)
        }
    }

    private mutating func predict(_ items: [UInt32], known: Int) -> Int {
        let start = Self.now()
        let count = items.withUnsafeBufferPointer {
            model.recommend(
                after: UnsafeBufferPointer(rebasing: $0[..<known]),
                space,
                into: answer,
                admitting: { _ in true }
            )
        }
        nanoseconds.append(UInt32(clamping: Self.now() - start))
        return count
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
