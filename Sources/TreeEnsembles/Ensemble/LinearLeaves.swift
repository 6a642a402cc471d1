// SPDX-License-Identifier: Apache-2.0

/// The linear models in the leaves of a LightGBM ensemble trained with `linear_tree`.
///
/// A leaf answers `constant + Σ coefficient · x`, summed in float64 in the order of its terms; if the
/// value of one of its features is NaN, it answers its plain value.
package struct LinearLeaves: Hashable, Sendable {
    /// The constant of each leaf over all trees.
    package private(set) var constants: [Double] = []
    /// Where the terms of each leaf begin; one entry more than leaves.
    package private(set) var termOffsets: [Int] = [0]
    /// The column of each term.
    package private(set) var features: [Int32] = []
    /// The coefficient of each term.
    package private(set) var coefficients: [Double] = []

    /// The terms of a leaf.
    package func terms(of leaf: Int) -> Range<Int> { termOffsets[leaf]..<termOffsets[leaf + 1] }

    /// Gives the leaves it does not know yet the constants they are.
    mutating func pad(with values: some Sequence<Double>) {
        for value in values { append(constant: value, features: [], coefficients: []) }
    }

    mutating func append(
        constant: Double,
        features: some Collection<Int32>,
        coefficients: some Collection<Double>
    ) {
        constants.append(constant)
        self.features.append(contentsOf: features)
        self.coefficients.append(contentsOf: coefficients)
        termOffsets.append(self.features.count)
    }
}
