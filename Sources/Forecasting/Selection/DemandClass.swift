// SPDX-License-Identifier: Apache-2.0

/// What kind of demand a series shows, by how often it comes and how much its size varies.
///
/// Source: Syntetos, Boylan and Croston, "On the categorization of demand patterns", 2005.
package enum DemandClass: String, CaseIterable, Sendable {
    /// Comes nearly always, in similar sizes.
    case smooth
    /// Comes now and then, in similar sizes.
    case intermittent
    /// Comes nearly always, in sizes that vary much.
    case erratic
    /// Comes now and then, in sizes that vary much.
    case lumpy

    /// The mean interval between two demands from which demand is intermittent.
    static let intervalMinimum = 1.32
    /// The squared coefficient of variation of the sizes from which demand is erratic.
    static let variationMinimum = 0.49

    /// Classes the values of a series.
    package init(_ values: [Double]) {
        var (count, sum, squares) = (0.0, 0.0, 0.0)
        for value in values where value != 0 {
            count += 1
            sum += value
            squares += value * value
        }
        let mean = sum / max(count, 1)
        let variation = mean != 0 ? (squares / max(count, 1) - mean * mean) / (mean * mean) : 0
        let isRare = Double(values.count) >= Self.intervalMinimum * count
        let isVaried = variation >= Self.variationMinimum
        self = isRare ? (isVaried ? .lumpy : .intermittent) : isVaried ? .erratic : .smooth
    }

    /// Whether most methods for smooth series would chase the gaps.
    var isIntermittent: Bool { self == .intermittent || self == .lumpy }
}
