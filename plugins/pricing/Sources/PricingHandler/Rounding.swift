// SPDX-License-Identifier: Apache-2.0

/// Which prices look right: those with a fixed ending, such as every .95 or every whole ten.
struct Rounding: Equatable, Sendable {
    /// Minor units from one such price to the next.
    let step: Int64
    /// Minor units above a multiple of the step; below the step.
    let ending: Int64

    /// The nearest such price within bounds that hold `price`; a tie goes to the lower one.
    ///
    /// Nil when the bounds hold none: rounding yields to every other rail.
    func nearest(to price: Int64, in bounds: ClosedRange<Int64>) -> Int64? {
        let excess = (price - ending) % step
        let below = price - (excess < 0 ? excess + step : excess)
        // Past the largest number it wraps below every bound.
        let above = below &+ step
        let (near, far) = price - below <= step / 2 ? (below, above) : (above, below)
        if bounds.contains(near) { return near }
        return bounds.contains(far) ? far : nil
    }
}
