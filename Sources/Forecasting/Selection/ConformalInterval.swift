// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The width of intervals from the absolute errors a method made before, step by step.
///
/// At each of the last origins the fitted method forecasts what is known by now; the errors' quantile
/// is the width. The parameters were estimated with these values in view, so the intervals are a
/// little narrow for short series.
struct ConformalInterval {
    /// The share of outcomes the interval holds.
    let level: Double

    /// Origins looked at: enough for a 95 % quantile, few enough to be quick.
    static let originsMaximum = 40

    /// Half the interval's width at each step; never falls with the step.
    func widths(of method: FittedMethod, _ values: [Double], _ horizon: Int) -> [Double] {
        var errors = Array(repeating: [Double](), count: horizon)
        let first = max(1, values.count / 2, values.count - Self.originsMaximum)
        for origin in first..<max(first, values.count) {
            let known = min(horizon, values.count - origin)
            let forecast = method.forecast(values, first: origin, horizon: known)
            for step in 0..<known {
                errors[step].append(abs(values[origin + step] - forecast[step]))
            }
        }
        return growing(errors.map(quantile))
    }

    /// The smallest error that as many as the level, and one more for the outcome itself, stay below.
    private func quantile(_ errors: [Double]) -> Double {
        guard !errors.isEmpty else { return 0 }
        let rank = Int((Double(errors.count + 1) * level).rounded(.up))
        return errors.sorted()[min(rank, errors.count) - 1]
    }

    private func growing(_ widths: [Double]) -> [Double] {
        var largest = 0.0
        return widths.map { width in
            largest = max(largest, width)
            return largest
        }
    }
}
