// SPDX-License-Identifier: Apache-2.0

/// Fits exponential smoothing models to one series and chooses among them.
struct SmoothingFitter {
    let values: [Double]
    let seasonLength: Int
    /// Multiplicative forms need every value above zero.
    let isPositive: Bool
    private let ones: [Double]

    /// A season is estimated from two of them at least.
    private static let seasonsMinimum = 2

    init(_ values: [Double], seasonLength: Int) {
        self.values = values
        self.seasonLength =
            seasonLength > 1 && values.count >= Self.seasonsMinimum * seasonLength
            ? seasonLength : 1
        isPositive = values.allSatisfy { $0 > 0 }
        ones = Array(repeating: 1, count: values.count)
    }

    /// The model with the smallest criterion; nil where the series is too short for any.
    func automatic() -> SmoothingFit? {
        var best: SmoothingFit?
        for season in seasons {
            for trend in [SmoothingModel.Trend.none, .additive, .damped] {
                for fit in fits(trend, season)
                where fit.criterion < best?.criterion ?? .infinity { best = fit }
            }
        }
        return best
    }

    /// Fits one model; nil where the series is too short for it or has values it does not bear.
    func fit(_ model: SmoothingModel) -> SmoothingFit? {
        fits(model.trend, model.season).first { $0.model == model }
    }

    private var seasons: [SmoothingModel.Season] {
        guard seasonLength > 1 else { return [.none] }
        return isPositive ? [.none, .additive, .multiplicative] : [.none, .additive]
    }

    /// The additive and, for positive series, the multiplicative error.
    private func fits(
        _ trend: SmoothingModel.Trend,
        _ season: SmoothingModel.Season
    ) -> [SmoothingFit] {
        let start = start(season)
        let additive = SmoothingModel(error: .additive, trend: trend, season: season)
        var relative = additive
        relative.error = .multiplicative
        if season == .multiplicative {
            guard isPositive else { return [] }
            return [searched(relative, start, nil)?.fit].compactMap(\.self)
        }
        guard let first = searched(additive, start, nil) else { return [] }
        guard isPositive, let second = searched(relative, start, first) else { return [first.fit] }
        return [first.fit, second.fit]
    }

    private typealias Searched = (fit: SmoothingFit, point: SIMD4<Double>)

    /// Multiplicative errors are additive ones weighted by the forecasts of the first fit.
    private func searched(
        _ model: SmoothingModel,
        _ start: SmoothingState,
        _ first: Searched?
    ) -> Searched? {
        let estimated =
            model.parameterCount + model.stateCount(seasonLength: start.seasons.count) + 1
        guard values.count > estimated + 1 else { return nil }
        let weights = first.map { self.weights($0.fit) } ?? ones
        let loss = SmoothingLoss(values: values, weights: weights, model: model, start: start)
        let search = CompassSearch(dimensions: model.parameterCount)
        let optimum: CompassSearch.Optimum
        if let first {
            let near = CompassSearch.Optimum(point: first.point, loss: .infinity)
            optimum = search.refine(near, step: 0.2, loss.callAsFunction)
        } else {
            optimum = search.minimum(loss.callAsFunction)
        }
        return SmoothingFit(loss, at: optimum.point).map { ($0, optimum.point) }
    }

    /// One over the square of each forecast, kept off zero.
    private func weights(_ fit: SmoothingFit) -> [Double] {
        var state = fit.start
        return values.map { value in
            let forecast = max(state.update(value, fit.model, fit.parameters), value / 10)
            return 1 / (forecast * forecast)
        }
    }

    private func start(_ season: SmoothingModel.Season) -> SmoothingState {
        switch season {
        case .none: return SmoothingState(level: 0)
        case .additive:
            let pattern = SeasonalPattern(values, length: seasonLength, isMultiplicative: false)
            return SmoothingState(level: 0, seasons: pattern.indices)
        case .multiplicative:
            let pattern = SeasonalPattern(values, length: seasonLength, isMultiplicative: true)
            let line = TrendLine(pattern.adjusted(values)[..<min(values.count, 2 * seasonLength)])
            return SmoothingState(
                level: max(line.intercept, values[0] / 10),
                trend: line.slope,
                seasons: pattern.indices
            )
        }
    }
}
