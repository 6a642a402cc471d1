// SPDX-License-Identifier: Apache-2.0

/// Forecasts that repeat or average what was.
enum Averages {
    /// How many values, or seasons, an average takes.
    static let window = 6

    /// The mean of the last values.
    static func window(_ values: ArraySlice<Double>, _ horizon: Int) -> [Double] {
        let last = values.suffix(window)
        let mean = last.reduce(0, +) / Double(max(last.count, 1))
        return Array(repeating: mean, count: horizon)
    }

    /// The mean of the last values of the same phase; a season that is missing is not counted.
    static func seasonalWindow(
        _ values: ArraySlice<Double>,
        _ horizon: Int,
        seasonLength: Int,
        seasons: Int = window
    ) -> [Double] {
        guard values.count >= seasonLength else { return window(values, horizon) }
        return (0..<horizon).map { step in
            var index = values.endIndex - seasonLength + step % seasonLength
            var (sum, count) = (0.0, 0)
            while index >= values.startIndex, count < seasons {
                sum += values[index]
                count += 1
                index -= seasonLength
            }
            return sum / Double(count)
        }
    }
}
