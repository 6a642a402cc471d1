// SPDX-License-Identifier: Apache-2.0

/// Estimates methods from one series.
struct MethodFitter {
    let values: [Double]
    let seasonLength: Int

    /// The method, and its name where it chose one itself.
    func fit(_ method: ForecastMethod) -> (method: FittedMethod, name: String) {
        switch method {
        case .automatic: automatic
        case .ets: smoothing(SmoothingFitter(values, seasonLength: seasonLength).automatic())
        case .ses: smoothing(.none, .none)
        case .holt: smoothing(.additive, .none)
        case .damped: smoothing(.damped, .none)
        case .holtWintersAdditive: smoothing(.additive, .additive)
        // Factors of a series with zeros are not defined.
        case .holtWintersMultiplicative:
            smoothing(.additive, values.allSatisfy { $0 > 0 } ? .multiplicative : .additive)
        case .combination: (combination, "combination")
        default: (simple(method), method.rawValue)
        }
    }

    /// Gaps call for several views of the demand rate; without them smoothing and Theta join.
    private var automatic: (method: FittedMethod, name: String) {
        DemandClass(values).isIntermittent
            ? (
                .median([simple(.imapa), simple(.tsb), simple(.windowAverage), simple(.theta)]),
                "intermittent-combination"
            )
            : (combination, "combination")
    }

    private var combination: FittedMethod {
        .median([
            smoothing(.none, .none).method, smoothing(.damped, .none).method,
            simple(.theta), simple(.windowAverage),
        ])
    }

    private func simple(_ method: ForecastMethod) -> FittedMethod {
        switch method {
        case .theta: theta(isOptimised: false)
        case .optimisedTheta: theta(isOptimised: true)
        case .croston: .level { IntermittentDemand.croston($0) }
        case .optimisedCroston: .level { IntermittentDemand.optimisedCroston($0) }
        case .sba: .level { IntermittentDemand.sba($0) }
        case .tsb: .level { IntermittentDemand.tsb($0) }
        case .adida: .level { IntermittentDemand.adida($0) }
        case .imapa: .level { IntermittentDemand.imapa($0) }
        case .seasonalNaive: .repeating(seasonLength: seasonLength, seasons: 1)
        case .seasonalWindowAverage:
            .repeating(seasonLength: seasonLength, seasons: Averages.window)
        case .windowAverage: .window
        default: .repeating(seasonLength: 1, seasons: 1)
        }
    }

    private func smoothing(
        _ trend: SmoothingModel.Trend,
        _ season: SmoothingModel.Season
    ) -> (method: FittedMethod, name: String) {
        let fitter = SmoothingFitter(values, seasonLength: seasonLength)
        let error: SmoothingModel.ErrorForm =
            season == .multiplicative ? .multiplicative : .additive
        return smoothing(fitter.fit(SmoothingModel(error: error, trend: trend, season: season)))
    }

    /// A series too short for a model is forecast by its average.
    private func smoothing(_ fit: SmoothingFit?) -> (method: FittedMethod, name: String) {
        guard let fit else { return (.window, ForecastMethod.windowAverage.rawValue) }
        return (.smoothing(fit), fit.model.name)
    }

    private func theta(isOptimised: Bool) -> FittedMethod {
        guard values.count > 2 else { return .window }
        let isSeasonal = seasonLength > 1 && SeasonTest.holds(values, length: seasonLength)
        guard isSeasonal else { return .theta(ThetaFit(values, isOptimised: isOptimised), nil) }
        let pattern = SeasonalPattern(
            values,
            length: seasonLength,
            isMultiplicative: values.allSatisfy { $0 > 0 }
        )
        return .theta(ThetaFit(pattern.adjusted(values), isOptimised: isOptimised), pattern)
    }
}

/// Tells whether a series repeats itself: its autocorrelation at the season against chance.
enum SeasonTest {
    /// The 90 % quantile of the normal distribution, both sides.
    private static let quantile = 1.645
    /// Two seasons and a little, or the autocorrelation says nothing.
    private static let seasonsMinimum = 2

    static func holds(_ values: [Double], length: Int) -> Bool {
        guard values.count > seasonsMinimum * length else { return false }
        let mean = values.reduce(0, +) / Double(values.count)
        let deviations = values.map { $0 - mean }
        let variance = deviations.reduce(0) { $0 + $1 * $1 }
        guard variance > 0 else { return false }
        func autocorrelation(_ lag: Int) -> Double {
            zip(deviations, deviations.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / variance
        }
        let squares = (1..<length).reduce(0.0) { $0 + autocorrelation($1) * autocorrelation($1) }
        let limit = quantile * ((1 + 2 * squares) / Double(values.count)).squareRoot()
        return abs(autocorrelation(length)) > limit
    }
}
