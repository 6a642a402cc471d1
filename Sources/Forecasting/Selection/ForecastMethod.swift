// SPDX-License-Identifier: Apache-2.0

/// A way to forecast a series; the raw values are the names in commands and files.
package enum ForecastMethod: String, CaseIterable, Sendable {
    /// The kind of demand decides: the intermittent or the smooth combination.
    case automatic
    /// The exponential smoothing model with the smallest corrected Akaike criterion.
    case ets
    /// Simple exponential smoothing.
    case ses
    /// Exponential smoothing with a trend.
    case holt
    /// Exponential smoothing with a trend that flattens.
    case damped
    /// Exponential smoothing with a trend and an additive season.
    case holtWintersAdditive = "holt-winters-additive"
    /// Exponential smoothing with a trend and a multiplicative season.
    case holtWintersMultiplicative = "holt-winters-multiplicative"
    /// The Theta method.
    case theta
    /// The Theta method with its parameter estimated.
    case optimisedTheta = "optimised-theta"
    /// Croston's method.
    case croston
    /// Croston's method with estimated smoothing parameters.
    case optimisedCroston = "optimised-croston"
    /// Syntetos and Boylan's approximation.
    case sba
    /// The method of Teunter, Syntetos and Babai.
    case tsb
    /// Aggregate, disaggregate: smoothed sums of the mean demand interval.
    case adida
    /// The mean of the aggregations up to the mean demand interval.
    case imapa
    /// The last value.
    case naive
    /// The last value of the same phase.
    case seasonalNaive = "seasonal-naive"
    /// The mean of the last values.
    case windowAverage = "window-average"
    /// The mean of the last values of the same phase.
    case seasonalWindowAverage = "seasonal-window-average"
    /// The median of simple smoothing, damped trend, Theta and the mean of the last values.
    case combination
}
