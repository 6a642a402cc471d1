// SPDX-License-Identifier: Apache-2.0

/// Eight candidates evaluated side by side: a recursion's latency is paid once for all of them.
typealias Lanes = SIMD8<Double>

/// Up to four coordinates in the unit cube, eight points at once.
struct LanePoints {
    var x = Lanes(repeating: 0)
    var y = Lanes(repeating: 0)
    var z = Lanes(repeating: 0)
    var w = Lanes(repeating: 0)

    /// The point one lane holds.
    subscript(lane: Int) -> SIMD4<Double> {
        get { SIMD4(x[lane], y[lane], z[lane], w[lane]) }
        set {
            (x[lane], y[lane], z[lane], w[lane]) = (newValue.x, newValue.y, newValue.z, newValue.w)
        }
    }
}

/// Minimises a loss over the unit cube by polling eight points around the best one found.
///
/// Deterministic and bounded: one batch of starting points, then `batchMaximum` polls at most.
/// A loss that is not a number loses against every other.
struct CompassSearch {
    /// How many coordinates vary, 1 to 4.
    let dimensions: Int
    /// Polls after the starting points; smoothing parameters are flat around their optimum.
    var batchMaximum = 8
    /// Below this distance two points give the same forecast.
    var stepMinimum = 0.004

    /// A point and its loss.
    struct Optimum {
        var point: SIMD4<Double>
        var loss: Double
    }

    /// Searches from eight points spread over the cube.
    func minimum(_ loss: (LanePoints) -> Lanes) -> Optimum {
        var best = Optimum(point: SIMD4(repeating: 0.5), loss: .infinity)
        adopt(Self.spread[dimensions - 1], loss, &best)
        return refine(best, step: 0.25, loss)
    }

    /// Searches around a point that is known to be good.
    func refine(
        _ start: Optimum,
        step: Double,
        _ loss: (LanePoints) -> Lanes
    ) -> Optimum {
        var best = start
        var step = step
        for _ in 0..<batchMaximum where step >= stepMinimum {
            let isBetter = adopt(polls(around: best.point, step: step), loss, &best)
            step *= isBetter ? 0.8 : 0.35
        }
        return best
    }

    @discardableResult
    private func adopt(
        _ points: LanePoints,
        _ loss: (LanePoints) -> Lanes,
        _ best: inout Optimum
    ) -> Bool {
        let losses = loss(points)
        var isBetter = false
        for lane in 0..<Lanes.scalarCount where losses[lane] < best.loss {
            best = Optimum(point: points[lane], loss: losses[lane])
            isBetter = true
        }
        return isBetter
    }

    private func polls(around center: SIMD4<Double>, step: Double) -> LanePoints {
        let offsets = Self.offsets[dimensions - 1]
        var points = LanePoints()
        points.x = (center.x + step * offsets.x).clamped(
            lowerBound: Lanes(repeating: 0),
            upperBound: Lanes(repeating: 1)
        )
        points.y = (center.y + step * offsets.y).clamped(
            lowerBound: Lanes(repeating: 0),
            upperBound: Lanes(repeating: 1)
        )
        points.z = (center.z + step * offsets.z).clamped(
            lowerBound: Lanes(repeating: 0),
            upperBound: Lanes(repeating: 1)
        )
        points.w = (center.w + step * offsets.w).clamped(
            lowerBound: Lanes(repeating: 0),
            upperBound: Lanes(repeating: 1)
        )
        return points
    }

    /// Where each number of dimensions is polled, in steps.
    private static let offsets = [
        LanePoints(x: Lanes(-1, -0.5, -0.25, -0.1, 0.1, 0.25, 0.5, 1)),
        LanePoints(
            x: Lanes(-1, 1, 0, 0, -0.7, -0.7, 0.7, 0.7),
            y: Lanes(0, 0, -1, 1, -0.7, 0.7, -0.7, 0.7)
        ),
        LanePoints(
            x: Lanes(-1, 1, 0, 0, 0, 0, -0.6, 0.6),
            y: Lanes(0, 0, -1, 1, 0, 0, -0.6, 0.6),
            z: Lanes(0, 0, 0, 0, -1, 1, -0.6, 0.6)
        ),
        LanePoints(
            x: Lanes(-1, 1, 0, 0, 0, 0, 0, 0),
            y: Lanes(0, 0, -1, 1, 0, 0, 0, 0),
            z: Lanes(0, 0, 0, 0, -1, 1, 0, 0),
            w: Lanes(0, 0, 0, 0, 0, 0, -1, 1)
        ),
    ]

    /// Where each number of dimensions is searched first.
    private static let spread = [
        LanePoints(x: Lanes(0.02, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1)),
        LanePoints(
            x: Lanes(0.05, 0.2, 0.4, 0.6, 0.8, 0.35, 0.65, 0.95),
            y: Lanes(0.05, 0.3, 0.1, 0.4, 0.15, 0.8, 0.7, 0.05)
        ),
        LanePoints(
            x: Lanes(0.05, 0.3, 0.5, 0.8, 0.3, 0.6, 0.15, 0.9),
            y: Lanes(0.05, 0.3, 0.1, 0.2, 0.6, 0.7, 0.1, 0.05),
            z: Lanes(0.05, 0.3, 0.6, 0.2, 0.9, 0.1, 0.7, 0.5)
        ),
        LanePoints(
            x: Lanes(0.05, 0.3, 0.5, 0.8, 0.3, 0.6, 0.15, 0.9),
            y: Lanes(0.05, 0.3, 0.1, 0.2, 0.6, 0.7, 0.1, 0.05),
            z: Lanes(0.05, 0.3, 0.6, 0.2, 0.9, 0.1, 0.7, 0.5),
            w: Lanes(0.9, 0.2, 0.7, 0.4, 0.9, 0.1, 0.6, 0.8)
        ),
    ]
}
