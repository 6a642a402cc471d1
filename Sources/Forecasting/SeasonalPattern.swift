// SPDX-License-Identifier: Apache-2.0

/// The season of a series by classical decomposition: averages of what a moving average leaves.
struct SeasonalPattern {
    /// One addend or factor for each phase, the first value's first; they sum to zero, or to as many
    /// as there are.
    let indices: [Double]
    let isMultiplicative: Bool

    init(_ values: [Double], length: Int, isMultiplicative: Bool) {
        self.isMultiplicative = isMultiplicative
        var sums = Array(repeating: 0.0, count: length)
        var counts = sums
        let half = length / 2
        for center in half..<max(half, values.count - half) {
            let trend = Self.centeredAverage(values, center, length)
            guard !isMultiplicative || trend > 0 else { continue }
            sums[center % length] +=
                isMultiplicative ? values[center] / trend : values[center] - trend
            counts[center % length] += 1
        }
        let means = zip(sums, counts).map { sum, count in
            count > 0 ? sum / count : isMultiplicative ? 1 : 0
        }
        let average = means.reduce(0, +) / Double(length)
        indices = means.map { isMultiplicative ? max($0 / average, 0.01) : $0 - average }
    }

    /// The series without its season.
    func adjusted(_ values: [Double]) -> [Double] {
        values.indices.map { index in
            let season = indices[index % indices.count]
            return isMultiplicative ? values[index] / season : values[index] - season
        }
    }

    /// A forecast that begins `offset` values after the series' first, with the season put back.
    func seasoned(_ forecast: [Double], offset: Int) -> [Double] {
        forecast.indices.map { step in
            let season = indices[(offset + step) % indices.count]
            return isMultiplicative ? forecast[step] * season : forecast[step] + season
        }
    }

    /// A moving average over one season; an even length takes half of each end.
    private static func centeredAverage(_ values: [Double], _ center: Int, _ length: Int) -> Double
    {
        let half = length / 2
        var sum = 0.0
        for index in (center - half)...min(center + half, values.count - 1) { sum += values[index] }
        if length.isMultiple(of: 2) {
            sum -= (values[center - half] + values[min(center + half, values.count - 1)]) / 2
        }
        return sum / Double(length)
    }
}

/// The least-squares line through values at 1, 2, 3 and so on.
struct TrendLine {
    let intercept: Double
    let slope: Double

    init(_ values: ArraySlice<Double>) {
        let count = Double(values.count)
        let middle = (count + 1) / 2
        var (sum, product, position) = (0.0, 0.0, 1.0)
        for value in values {
            sum += value
            product += (position - middle) * value
            position += 1
        }
        let squares = count * (count * count - 1) / 12
        slope = squares > 0 ? product / squares : 0
        intercept = sum / max(count, 1) - slope * middle
    }
}
