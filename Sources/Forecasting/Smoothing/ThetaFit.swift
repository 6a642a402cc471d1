// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The Theta method: a smoothed level drawn along the line through the series.
///
/// Sources: Assimakopoulos and Nikolopoulos 2000; Hyndman and Billah 2003; Fiorucci et al. 2016 for
/// the optimised parameter.
struct ThetaFit {
    private let alpha: Double
    /// The share of the line: 1 - 1/theta, one half for the standard method.
    private let share: Double
    private let start: Double
    private let line: TrendLine
    private let values: [Double]

    /// The largest parameter searched: beyond it the line alone is left.
    private static let shareMaximum = 0.9

    init(_ values: [Double], isOptimised: Bool) {
        self.values = values
        line = TrendLine(values[...])
        let loss = ThetaLoss(values: values, line: line)
        func share(_ points: LanePoints) -> Lanes {
            isOptimised ? Self.shareMaximum * points.y : Lanes(repeating: 0.5)
        }
        func alpha(_ points: LanePoints) -> Lanes { 0.01 + 0.98 * points.x }
        let search = CompassSearch(dimensions: isOptimised ? 2 : 1)
        let best = search.minimum { loss.equations(alpha($0), share($0)).solved().loss }
        var points = LanePoints()
        points[0] = best.point
        self.alpha = alpha(points)[0]
        self.share = share(points)[0]
        start = loss.equations(alpha(points), share(points)).solved().level[0]
    }

    /// What comes after the first `count` values.
    func forecast(_ horizon: Int, after count: Int) -> [Double] {
        var level = start
        for value in values[..<count] { level += alpha * (value - level) }
        return (0..<horizon).map { level + share * drift(after: count, step: $0) }
    }

    private func drift(after count: Int, step: Int) -> Double {
        let decay = pow(1 - alpha, Double(count))
        let reach = Double(step) + (1 - (1 - alpha) * decay) / alpha
        return line.intercept * decay + line.slope * reach
    }
}

/// The squared one-step errors of the Theta method at eight parameter points.
private struct ThetaLoss {
    let values: [Double]
    let line: TrendLine

    func equations(_ alpha: Lanes, _ share: Lanes) -> InitialStateEquations {
        var equations = InitialStateEquations()
        var (level, decay) = (Lanes(repeating: 0), Lanes(repeating: 1))
        let rise = line.slope / alpha
        let values = values.span
        for index in values.indices {
            let drift = share * (line.intercept * decay + rise * (1 - (1 - alpha) * decay))
            let error = values[index] - level
            equations.add(error - drift, level: -decay, weight: 1)
            level += alpha * error
            decay *= 1 - alpha
        }
        return equations
    }
}
