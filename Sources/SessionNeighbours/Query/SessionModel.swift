// SPDX-License-Identifier: Apache-2.0
import Glibc

/// An index with the parameters to query it by, and what follows from both.
///
/// Lifetime: as long as the index's memory. Concurrency: any number of threads, each with a
/// `SessionSpace` of its own.
package final class SessionModel: @unchecked Sendable {
    // Sendable: the tables are filled by `init` and immutable afterwards.
    /// The sessions.
    package let index: SessionIndex
    /// How they are compared.
    package let parameters: SessionParameters
    /// Sessions that are compared: no more than the index keeps of an item.
    let recentSessions: Int
    /// By steps back: what an item counts for the likeness of two sessions.
    let positionWeights: UnsafeMutablePointer<Double>
    /// By steps back: what a match there counts.
    let matchWeights: UnsafeMutablePointer<Double>
    /// By distance within a session.
    let distanceWeights: UnsafeMutablePointer<Double>
    /// Steps beyond which distance leaves too little to tell.
    let reach: Int
    /// By distance: 1 / distance.
    let reciprocals: UnsafeMutablePointer<Double>
    /// By the length of a session: 1 / √length.
    let lengthWeights: UnsafeMutablePointer<Double>
    /// By block of sessions: what they count for their age.
    let ageWeights: UnsafeMutablePointer<Float>

    /// Weights below it decide between items that nothing else tells apart.
    private static let weightMinimum = 1e-3
    /// Items that follow the newest one and count for the sequential rules.
    static let sequentialReach = 5

    /// Makes the tables of one index and one set of parameters.
    ///
    /// - Parameters:
    ///   - index: the sessions.
    ///   - parameters: within their bounds.
    package init(_ index: SessionIndex, _ parameters: SessionParameters) {
        self.index = index
        self.parameters = parameters
        recentSessions = min(parameters.recentSessions, index.sessionCount)
        let steps = SessionParameters.lastItemsRange.upperBound
        positionWeights = Self.decay(parameters.positionDecay, count: steps)
        matchWeights =
            parameters.algorithm == .vstan
            ? Self.decay(parameters.matchDecay, count: steps)
            : Self.table(count: steps) { 1 - 0.1 * Double($0 + 1) }
        let longest = SessionIndexFormat.sessionLengthMaximum + 1
        distanceWeights = Self.decay(parameters.distanceDecay, count: longest)
        reach =
            (0..<longest).last { [distanceWeights] in
                distanceWeights[$0] >= Self.weightMinimum
            } ?? 0
        reciprocals = Self.table(count: longest) { 1 / Double(max($0, 1)) }
        lengthWeights = Self.table(count: longest) { 1 / Double(max($0, 1)).squareRoot() }
        ageWeights = Self.ageWeights(index, parameters.ageDecayDays)
    }

    deinit {
        positionWeights.deallocate()
        matchWeights.deallocate()
        distanceWeights.deallocate()
        reciprocals.deallocate()
        lengthWeights.deallocate()
        ageWeights.deallocate()
    }

    /// Ages count from the newest session: the decay since then is the same for all of them.
    private static func ageWeights(
        _ index: SessionIndex,
        _ days: Double
    ) -> UnsafeMutablePointer<Float> {
        let count = SessionIndexLayout.blockCount(index.header)
        let weights = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
        let newest = count > 0 ? index.blocks[count - 1].time : 0
        for block in 0..<count {
            let age = Double(newest - index.blocks[block].time)
            weights[block] = Float(exp(-age / (days * 86_400)))
        }
        return weights
    }

    private static func decay(_ scale: Double, count: Int) -> UnsafeMutablePointer<Double> {
        table(count: count) { exp(-Double($0) / scale) }
    }

    private static func table(
        count: Int,
        _ value: (Int) -> Double
    ) -> UnsafeMutablePointer<Double> {
        let values = UnsafeMutablePointer<Double>.allocate(capacity: count)
        for index in 0..<count { values[index] = value(index) }
        return values
    }
}
