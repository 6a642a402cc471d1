// SPDX-License-Identifier: Apache-2.0

/// Simple exponential smoothing from the first value, as the methods for intermittent demand use it.
struct LevelSmoothing {
    /// The interval Croston's methods search their smoothing parameter in.
    static let narrow = 0.1...0.3

    /// Smooths with a given parameter.
    ///
    /// - Returns: the level after the last value; zero without values.
    static func level(_ values: Span<Double>, alpha: Double) -> Double {
        guard values.count > 0 else { return 0 }
        var level = values[0]
        for index in 1..<max(values.count, 1) { level += alpha * (values[index] - level) }
        return level
    }

    /// Smooths with the parameter of the smallest squared one-step errors in an interval.
    static func optimisedLevel(_ values: Span<Double>, in interval: ClosedRange<Double>) -> Double {
        guard values.count > 1 else { return level(values, alpha: 1) }
        var interval = interval
        var best = (level: 0.0, loss: Double.infinity)
        for _ in 0..<2 { interval = narrowed(interval, values, &best) }
        return best.level
    }

    /// Tries eight parameters side by side and closes in on the best.
    private static func narrowed(
        _ interval: ClosedRange<Double>,
        _ values: Span<Double>,
        _ best: inout (level: Double, loss: Double)
    ) -> ClosedRange<Double> {
        let step = (interval.upperBound - interval.lowerBound) / 7
        let alphas = interval.lowerBound + step * Lanes(0, 1, 2, 3, 4, 5, 6, 7)
        var (level, loss) = (Lanes(repeating: values[0]), Lanes(repeating: 0))
        for index in 1..<values.count {
            let error = values[index] - level
            loss += error * error
            level += alphas * error
        }
        var center = alphas[0]
        for lane in loss.indices where loss[lane] < best.loss {
            (best, center) = ((level[lane], loss[lane]), alphas[lane])
        }
        return max(interval.lowerBound, center - step)...min(interval.upperBound, center + step)
    }
}
