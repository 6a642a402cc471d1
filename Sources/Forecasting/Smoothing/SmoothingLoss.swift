// SPDX-License-Identifier: Apache-2.0

/// How well a smoothing model describes a series at eight parameter points.
///
/// Without multiplicative seasons the errors are linear in the initial states: the recursion runs on
/// the data from zero states and on zeros from unit states, and least squares joins the three. The
/// search is left with the smoothing parameters alone, and no starting values to guess.
struct SmoothingLoss {
    let values: [Double]
    /// Weights of the squared errors.
    let weights: [Double]
    let model: SmoothingModel
    /// Where the level, the trend and the seasons start; level and trend hold for multiplicative
    /// seasons alone.
    let start: SmoothingState

    /// The loss at each point.
    func callAsFunction(_ points: LanePoints) -> Lanes {
        let parameters = SmoothingParameters(points, of: model)
        if model.season == .multiplicative { return multiplicative(parameters) }
        return equations(parameters).solved().loss
    }

    /// The best initial level and trend at a point.
    func initialState(at point: SIMD4<Double>) -> SmoothingState {
        guard model.season != .multiplicative else { return start }
        var points = LanePoints()
        points[0] = point
        let solved = equations(SmoothingParameters(points, of: model)).solved()
        var state = start
        (state.level, state.trend) = (solved.level[0], solved.trend[0])
        return state
    }

    private func equations(_ parameters: SmoothingParameters<Lanes>) -> InitialStateEquations {
        if model.season == .additive { return seasonal(parameters) }
        return model.trend == .none ? levelOnly(parameters) : levelAndTrend(parameters)
    }

    private func levelOnly(_ parameters: SmoothingParameters<Lanes>) -> InitialStateEquations {
        var equations = InitialStateEquations()
        var (level, response) = (Lanes(repeating: 0), Lanes(repeating: 1))
        let (values, weights) = (values.span, weights.span)
        for index in values.indices {
            let error = values[index] - level
            equations.add(error, level: -response, weight: weights[index])
            level += parameters.alpha * error
            response *= 1 - parameters.alpha
        }
        return equations
    }

    private func levelAndTrend(_ parameters: SmoothingParameters<Lanes>) -> InitialStateEquations {
        var equations = InitialStateEquations()
        var (data, byLevel, byTrend) = Self.recursions()
        let (values, weights) = (values.span, weights.span)
        for index in values.indices {
            equations.add(
                data.update(values[index], parameters),
                level: byLevel.update(0, parameters),
                trend: byTrend.update(0, parameters),
                weight: weights[index]
            )
        }
        return equations
    }

    private func seasonal(_ parameters: SmoothingParameters<Lanes>) -> InitialStateEquations {
        var equations = InitialStateEquations()
        var (data, byLevel, byTrend) = Self.recursions()
        data.seasons = start.seasons.map(Lanes.init(repeating:))
        byLevel.seasons = start.seasons.map { _ in Lanes(repeating: 0) }
        byTrend.seasons = byLevel.seasons
        let (values, weights) = (values.span, weights.span)
        var phase = start.phase
        for index in values.indices {
            let error = data.update(values[index], phase: phase, parameters)
            let level = byLevel.update(0, phase: phase, parameters)
            if model.trend == .none {
                equations.add(error, level: level, weight: weights[index])
            } else {
                let trend = byTrend.update(0, phase: phase, parameters)
                equations.add(error, level: level, trend: trend, weight: weights[index])
            }
            phase = phase + 1 == start.seasons.count ? 0 : phase + 1
        }
        return equations
    }

    /// The recursion on the data, and on zeros from a unit of level and of trend.
    private static func recursions() -> (LaneRecursion, LaneRecursion, LaneRecursion) {
        let (zero, one) = (Lanes(repeating: 0), Lanes(repeating: 1))
        return (
            LaneRecursion(level: zero, trend: zero), LaneRecursion(level: one, trend: zero),
            LaneRecursion(level: zero, trend: one)
        )
    }

    /// Relative errors: multiplicative seasons come with multiplicative errors.
    private func multiplicative(_ parameters: SmoothingParameters<Lanes>) -> Lanes {
        var (level, trend) = (Lanes(repeating: start.level), Lanes(repeating: start.trend))
        var seasons = start.seasons.map(Lanes.init(repeating:))
        var (phase, squares) = (start.phase, Lanes(repeating: 0))
        var product = Lanes(repeating: 1)
        for value in values {
            let damped = parameters.phi * trend
            let base = level + damped
            let forecast = base * seasons[phase]
            let error = (value - forecast) / forecast
            squares += error * error
            product *= forecast / value
            level = base * (1 + parameters.alpha * error)
            trend = damped + parameters.beta * base * error
            seasons[phase] *= 1 + parameters.gamma * error
            phase = phase + 1 == seasons.count ? 0 : phase + 1
        }
        return likelihood(squares, product)
    }

    /// Squares times the geometric mean of the forecasts' squares orders as the likelihood does.
    private func likelihood(_ squares: Lanes, _ product: Lanes) -> Lanes {
        var losses = Lanes(repeating: .infinity)
        for lane in losses.indices where squares[lane].isFinite && product[lane] > 0 {
            losses[lane] = squares[lane] * Power.root(product[lane] * product[lane], values.count)
        }
        return losses
    }
}
