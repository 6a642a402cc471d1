// SPDX-License-Identifier: Apache-2.0

/// Where a smoothing recursion stands after some observations.
struct SmoothingState {
    var level: Double
    var trend = 0.0
    /// One index or addend for each phase of the season, the next one at `phase`; empty without.
    var seasons: [Double] = []
    var phase = 0

    /// Takes one observation in.
    ///
    /// - Returns: the forecast that was made for it.
    mutating func update(
        _ value: Double,
        _ model: SmoothingModel,
        _ parameters: SmoothingParameters<Double>
    ) -> Double {
        let damped = parameters.phi * trend
        let base = level + damped
        guard model.season != .none else {
            level = base + parameters.alpha * (value - base)
            trend = damped + parameters.beta * (value - base)
            return base
        }
        let season = seasons[phase]
        let isAdditive = model.season == .additive
        let forecast = isAdditive ? base + season : base * season
        let error = value - forecast
        let scale = isAdditive ? error : error / Self.awayFromZero(season)
        level = base + parameters.alpha * scale
        trend = damped + parameters.beta * scale
        seasons[phase] += parameters.gamma * (isAdditive ? error : error / Self.awayFromZero(base))
        phase = phase + 1 == seasons.count ? 0 : phase + 1
        return forecast
    }

    /// What comes next, one value for each step.
    func forecast(
        _ horizon: Int,
        _ model: SmoothingModel,
        _ parameters: SmoothingParameters<Double>
    ) -> [Double] {
        var reach = 0.0
        var damping = 1.0
        return (0..<horizon).map { step in
            damping *= parameters.phi
            reach += damping
            let base = level + reach * trend
            guard model.season != .none else { return base }
            let season = seasons[(phase + step) % seasons.count]
            return model.season == .additive ? base + season : base * season
        }
    }

    /// A divisor: multiplicative recursions are for positive series, but errors may lead to zero.
    static func awayFromZero(_ value: Double) -> Double {
        abs(value) < 1e-10 ? 1e-10 : value
    }
}
