// SPDX-License-Identifier: Apache-2.0

/// A smoothing recursion with additive components, at eight parameter points.
struct LaneRecursion {
    var level: Lanes
    var trend: Lanes
    /// Empty without seasons.
    var seasons: [Lanes] = []

    /// Takes one observation in.
    ///
    /// - Returns: the forecasts' errors.
    @inline(__always)
    mutating func update(_ value: Double, _ parameters: SmoothingParameters<Lanes>) -> Lanes {
        let damped = parameters.phi * trend
        let base = level + damped
        let error = value - base
        level = base + parameters.alpha * error
        trend = damped + parameters.beta * error
        return error
    }

    /// Takes one observation of a season's phase in.
    ///
    /// - Returns: the forecasts' errors.
    @inline(__always)
    mutating func update(
        _ value: Double,
        phase: Int,
        _ parameters: SmoothingParameters<Lanes>
    ) -> Lanes {
        let damped = parameters.phi * trend
        let base = level + damped
        let error = value - (base + seasons[phase])
        level = base + parameters.alpha * error
        trend = damped + parameters.beta * error
        seasons[phase] += parameters.gamma * error
        return error
    }
}

/// The normal equations of the initial level and trend, at eight parameter points.
struct InitialStateEquations {
    private var squares = Lanes(repeating: 0)
    private var byLevel = Lanes(repeating: 0)
    private var byTrend = Lanes(repeating: 0)
    private var levelSquares = Lanes(repeating: 0)
    private var trendSquares = Lanes(repeating: 0)
    private var levelByTrend = Lanes(repeating: 0)

    /// Adds one step: the error from zero states, and how it answers to a unit of each state.
    @inline(__always)
    mutating func add(_ error: Lanes, level: Lanes, weight: Double) {
        let weighted = weight * level
        squares += weight * error * error
        byLevel += weighted * error
        levelSquares += weighted * level
    }

    @inline(__always)
    mutating func add(_ error: Lanes, level: Lanes, trend: Lanes, weight: Double) {
        add(error, level: level, weight: weight)
        let weighted = weight * trend
        byTrend += weighted * error
        trendSquares += weighted * trend
        levelByTrend += weighted * level
    }

    /// The states with the smallest sum of squares, and that sum.
    func solved() -> (level: Lanes, trend: Lanes, loss: Lanes) {
        let determinant = levelSquares * trendSquares - levelByTrend * levelByTrend
        // Without a trend, or where its effect is the level's, the level alone is solved for.
        let isSingular = determinant .<= 1e-9 * levelSquares * trendSquares
        let divisor = determinant.replacing(with: 1, where: isSingular)
        let both = (levelByTrend * byTrend - trendSquares * byLevel) / divisor
        let level = both.replacing(with: -byLevel / levelSquares, where: isSingular)
        let trend = ((levelByTrend * byLevel - levelSquares * byTrend) / divisor)
            .replacing(with: 0, where: isSingular)
        let loss = squares + level * byLevel + trend * byTrend
        return (level, trend, loss.replacing(with: 0, where: loss .< 0))
    }
}
