// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Sums over predictions: hit rate and reciprocal rank of the very next item, the rest of all items
/// that follow in the session, as Serenade's evaluator has them.
package struct EvaluationTally: Sendable {
    /// Predictions made.
    package private(set) var predictions = 0
    private var hits = 0
    private var reciprocalRanks = 0.0
    private var gains = 0.0
    private var precisions = 0.0
    private var recalls = 0.0

    /// Nothing predicted yet.
    package init() {}

    /// Share of predictions whose next item is among those answered (HR).
    package var hitRate: Double { mean(Double(hits)) }
    /// Mean of 1 / rank of the next item, 0 when it is not answered (MRR).
    package var meanReciprocalRank: Double { mean(reciprocalRanks) }
    /// Mean of the discounted gain of what follows, as a share of the best possible (NDCG).
    package var normalizedGain: Double { mean(gains) }
    /// Mean share of the answer's places with something that follows.
    package var precision: Double { mean(precisions) }
    /// Mean share of the different items that follow that are answered.
    package var recall: Double { mean(recalls) }

    /// Counts one prediction.
    ///
    /// - Parameters:
    ///   - answer: the items, best first.
    ///   - limit: places of an answer.
    ///   - following: what follows, the next item first; not empty.
    mutating func add(
        _ answer: UnsafeMutableBufferPointer<ScoredItem>.SubSequence,
        limit: Int,
        following: ArraySlice<UInt32>
    ) {
        predictions += 1
        if let rank = answer.firstIndex(where: { $0.item == following.first }) {
            hits += 1
            reciprocalRanks += 1 / Double(rank - answer.startIndex + 1)
        }
        let (gain, found) = Self.gain(answer, following)
        let different = Set(following).count
        gains += gain / Self.idealGain(following.prefix(limit).count)
        precisions += Double(found) / Double(limit)
        recalls += Double(found) / Double(different)
    }

    private static func gain(
        _ answer: UnsafeMutableBufferPointer<ScoredItem>.SubSequence,
        _ following: ArraySlice<UInt32>
    ) -> (gain: Double, found: Int) {
        var (gain, found) = (0.0, 0)
        for (rank, candidate) in answer.enumerated() where following.contains(candidate.item) {
            gain += discount(rank)
            found += 1
        }
        return (gain, found)
    }

    private static func idealGain(_ count: Int) -> Double {
        (0..<count).reduce(0) { $0 + discount($1) }
    }

    /// As Serenade has it: the second place counts in full, like the first.
    private static func discount(_ rank: Int) -> Double {
        rank == 0 ? 1 : 1 / log2(Double(rank) + 1)
    }

    private func mean(_ sum: Double) -> Double {
        predictions == 0 ? 0 : sum / Double(predictions)
    }
}
