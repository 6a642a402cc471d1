// SPDX-License-Identifier: Apache-2.0

/// A method with everything it estimated from a series.
///
/// It forecasts after any part of the series without estimating again, which is what conformal
/// intervals ask of it many times.
indirect enum FittedMethod {
    case smoothing(SmoothingFit)
    case theta(ThetaFit, SeasonalPattern?)
    case level(@Sendable (Span<Double>) -> Double)
    case repeating(seasonLength: Int, seasons: Int)
    case window
    case median([FittedMethod])

    /// What comes after the first `count` values.
    func forecast(_ values: [Double], first count: Int, horizon: Int) -> [Double] {
        let part = values[..<count]
        switch self {
        case .smoothing(let fit):
            return fit.forecast(horizon, after: count == values.count ? nil : part)
        case .theta(let fit, let pattern):
            let forecast = fit.forecast(horizon, after: count)
            return pattern?.seasoned(forecast, offset: count) ?? forecast
        case .level(let level):
            return Array(repeating: level(values.span.extracting(first: count)), count: horizon)
        case .repeating(let length, let seasons):
            return Averages.seasonalWindow(part, horizon, seasonLength: length, seasons: seasons)
        case .window:
            return Averages.window(part, horizon)
        case .median(let methods):
            return Self.median(
                methods.map { $0.forecast(values, first: count, horizon: horizon) },
                horizon
            )
        }
    }

    /// The middle forecast of each step; the mean of the middle two of an even number.
    private static func median(_ forecasts: [[Double]], _ horizon: Int) -> [Double] {
        (0..<horizon).map { step in
            let sorted = forecasts.map { $0[step] }.sorted()
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
    }
}
