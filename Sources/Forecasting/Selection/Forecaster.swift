// SPDX-License-Identifier: Apache-2.0

/// A forecast of one series: the mean of each step and, if asked for, what it lies between.
package struct Forecast: Equatable, Sendable {
    /// The method, or the model it chose.
    package let method: String
    /// The expected value of each step.
    package let mean: [Double]
    /// The lower end of each step's interval; empty without intervals.
    package let lower: [Double]
    /// The upper end of each step's interval; empty without intervals.
    package let upper: [Double]
}

/// Forecasts series one by one; the same values always give the same forecast.
package struct Forecaster: Sendable {
    /// Steps ahead: five years of days.
    package static let horizonMaximum = 1_830
    /// Values in a season: the hours of a year are not one.
    package static let seasonLengthMaximum = 366

    private let method: ForecastMethod
    private let seasonLength: Int
    private let level: Double?

    /// Makes a forecaster.
    ///
    /// - Parameters:
    ///   - method: how to forecast.
    ///   - seasonLength: values in a season, 1 for none; at most `seasonLengthMaximum`.
    ///   - level: the share of outcomes an interval holds, such as 0.8; nil for no intervals.
    package init(
        method: ForecastMethod = .automatic,
        seasonLength: Int = 1,
        level: Double? = nil
    ) {
        self.method = method
        self.seasonLength = max(1, seasonLength)
        self.level = level
    }

    /// Forecasts the values after a series.
    ///
    /// - Parameters:
    ///   - values: the series at equal distances, oldest first; finite.
    ///   - horizon: how many values to forecast, at most `horizonMaximum`.
    /// - Returns: the forecast; of an empty series it is zero.
    package func forecast(_ values: [Double], horizon: Int) -> Forecast {
        guard !values.isEmpty else { return empty(horizon) }
        let (fitted, name) = MethodFitter(values: values, seasonLength: seasonLength).fit(method)
        // Nobody buys less than nothing.
        let isDemand = values.allSatisfy { $0 >= 0 }
        let mean = fitted.forecast(values, first: values.count, horizon: horizon)
            .map { isDemand ? max($0, 0) : $0 }
        guard let level else { return Forecast(method: name, mean: mean, lower: [], upper: []) }
        let widths = ConformalInterval(level: level).widths(of: fitted, values, horizon)
        return Forecast(
            method: name,
            mean: mean,
            lower: zip(mean, widths).map { isDemand ? max($0 - $1, 0) : $0 - $1 },
            upper: zip(mean, widths).map { $0 + $1 }
        )
    }

    private func empty(_ horizon: Int) -> Forecast {
        let zeros = Array(repeating: 0.0, count: horizon)
        let bounds = level == nil ? [] : zeros
        return Forecast(method: "naive", mean: zeros, lower: bounds, upper: bounds)
    }
}
