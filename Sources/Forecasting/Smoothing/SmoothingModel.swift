// SPDX-License-Identifier: Apache-2.0

/// The components of an exponential smoothing model: error, trend and season.
///
/// Source: Hyndman, Koehler, Ord and Snyder, "Forecasting with Exponential Smoothing", 2008.
package struct SmoothingModel: Hashable, Sendable {
    /// How the error enters: added to the forecast, or as a share of it.
    package enum ErrorForm: Sendable { case additive, multiplicative }
    /// How the level moves on.
    package enum Trend: Sendable { case none, additive, damped }
    /// How the season enters.
    package enum Season: Sendable { case none, additive, multiplicative }

    /// How the error enters.
    package var error: ErrorForm
    /// How the level moves on.
    package var trend: Trend
    /// How the season enters.
    package var season: Season

    /// The name in the field's notation, such as `ETS(A,Ad,N)`.
    package var name: String {
        let error = error == .additive ? "A" : "M"
        let trend = trend == .none ? "N" : trend == .additive ? "A" : "Ad"
        let season = season == .none ? "N" : season == .additive ? "A" : "M"
        return "ETS(\(error),\(trend),\(season))"
    }

    /// How many smoothing parameters are estimated.
    var parameterCount: Int {
        1 + (trend == .none ? 0 : trend == .additive ? 1 : 2) + (season == .none ? 0 : 1)
    }

    /// How many initial states are estimated; the seasons' last follows from the others.
    func stateCount(seasonLength: Int) -> Int {
        1 + (trend == .none ? 0 : 1) + (season == .none ? 0 : seasonLength - 1)
    }
}

/// Smoothing parameters, each inside its usual bounds.
struct SmoothingParameters<Value> {
    var alpha: Value
    var beta: Value
    var gamma: Value
    var phi: Value
}

extension SmoothingParameters where Value == Lanes {
    /// The usual bounds, as R's `ets` has them.
    private static var lowest: Double { 1e-4 }
    private static var highest: Double { 0.9999 }
    private static var dampings: ClosedRange<Double> { 0.8...0.98 }

    /// Maps the unit cube onto the region `beta < alpha`, `gamma < 1 - alpha`.
    ///
    /// Squares, because small parameters matter most.
    init(_ points: LanePoints, of model: SmoothingModel) {
        let span = Self.highest - Self.lowest
        alpha = Self.lowest + span * points.x * points.x
        let hasTrend = model.trend != .none
        beta = hasTrend ? alpha * (Self.lowest + span * points.y * points.y) : Lanes(repeating: 0)
        let share = hasTrend ? points.z : points.y
        gamma =
            model.season == .none
            ? Lanes(repeating: 0) : (1 - alpha) * (Self.lowest + span * share * share)
        guard model.trend == .damped else {
            phi = Lanes(repeating: 1)
            return
        }
        let damping = model.season == .none ? points.z : points.w
        let width = Self.dampings.upperBound - Self.dampings.lowerBound
        phi = Self.dampings.lowerBound + width * damping
    }

    /// One lane's parameters.
    subscript(lane: Int) -> SmoothingParameters<Double> {
        SmoothingParameters<Double>(
            alpha: alpha[lane],
            beta: beta[lane],
            gamma: gamma[lane],
            phi: phi[lane]
        )
    }
}
