// SPDX-License-Identifier: Apache-2.0

/// How the leaves a row reaches become its margins.
///
/// For every output, starting from `base` or from 0: each tree's leaf in the order of the trees, one
/// rounding per addition and one per multiplication with a weight, then `divisor`, `scale` and, where
/// it comes last, the base.
package struct Accumulation: Hashable, Sendable {
    /// What is made of the leaves.
    package enum Kind: Hashable, Sendable {
        /// Their sum, started from the base margins (XGBoost).
        case sumFromBase
        /// Their sum from 0, divided by `divisor` unless that is 1, times `scale` unless that is 1,
        /// plus the base margins unless they are all 0.
        case sumThenBase
        /// The least of them, plus the base margins (ONNX `MIN`).
        case minimumThenBase
        /// The greatest of them, plus the base margins (ONNX `MAX`).
        case maximumThenBase
    }

    /// The order of the operations.
    package let kind: Kind
    /// The precision of leaves, sums and margins.
    package let precision: Precision
    /// What each output starts from, or what is added last: one value per output.
    package let base: [Double]
    /// The number of iterations a random forest averages over; 1 otherwise.
    package let divisor: Double
    /// CatBoost's scale; 1 otherwise.
    package let scale: Double

    /// An order of operations with that base for each output.
    package init(
        _ kind: Kind,
        precision: Precision,
        base: [Double],
        divisor: Double = 1,
        scale: Double = 1
    ) {
        self.kind = kind
        self.precision = precision
        self.base = base
        self.divisor = divisor
        self.scale = scale
    }
}

/// The width of a floating-point operation.
package enum Precision: Hashable, Sendable {
    /// Each result is rounded to 32 bits.
    case float32
    /// Each result is rounded to 64 bits.
    case float64
}
