// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A smoothing model with the parameters and initial states that describe a series best.
struct SmoothingFit {
    let model: SmoothingModel
    let parameters: SmoothingParameters<Double>
    let start: SmoothingState
    /// The state after the whole series.
    let end: SmoothingState
    /// Akaike's criterion, corrected for short series; smaller is better.
    let criterion: Double

    /// Runs the fitted model over a series from its initial states.
    init?(
        _ loss: SmoothingLoss,
        at point: SIMD4<Double>
    ) {
        var points = LanePoints()
        points[0] = point
        model = loss.model
        parameters = SmoothingParameters(points, of: model)[0]
        start = loss.initialState(at: point)
        var likelihood = GaussianLikelihood()
        var state = start
        for value in loss.values {
            likelihood.add(value, forecast: state.update(value, model, parameters))
        }
        end = state
        let estimated =
            model.parameterCount + model.stateCount(seasonLength: start.seasons.count) + 1
        criterion = likelihood.criterion(model.error, estimated: estimated)
        guard criterion.isFinite, end.level.isFinite, end.trend.isFinite else { return nil }
    }

    /// What the model forecasts after a part of the series, or after all of it.
    func forecast(_ horizon: Int, after values: ArraySlice<Double>? = nil) -> [Double] {
        guard let values else { return end.forecast(horizon, model, parameters) }
        var state = start
        for value in values { _ = state.update(value, model, parameters) }
        return state.forecast(horizon, model, parameters)
    }
}

/// Twice the negative logarithm of the likelihood of normal errors, up to a constant.
private struct GaussianLikelihood {
    private var count = 0.0
    private var squares = 0.0
    private var relativeSquares = 0.0
    private var logarithms = 0.0

    mutating func add(_ value: Double, forecast: Double) {
        let error = value - forecast
        count += 1
        squares += error * error
        guard forecast > 0 else { return relativeSquares = .infinity }
        let relative = error / forecast
        relativeSquares += relative * relative
        logarithms += log(forecast)
    }

    /// Akaike's corrected criterion; infinite where the series is too short for so many parameters.
    func criterion(_ error: SmoothingModel.ErrorForm, estimated: Int) -> Double {
        let parameters = Double(estimated)
        let freedom = count - parameters - 1
        guard freedom > 0 else { return .infinity }
        let likelihood =
            error == .additive
            ? count * log(max(squares, .leastNormalMagnitude))
            : count * log(max(relativeSquares, .leastNormalMagnitude)) + 2 * logarithms
        return likelihood + 2 * parameters + 2 * parameters * (parameters + 1) / freedom
    }
}
