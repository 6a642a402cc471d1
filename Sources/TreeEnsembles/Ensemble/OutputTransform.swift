// SPDX-License-Identifier: Apache-2.0

/// What is made of the margins of a row, in the precision of its `Accumulation`.
package enum OutputTransform: Hashable, Sendable {
    /// The margins as they are.
    case identity
    /// `1 / (1 + exp(-slope · x))` for each.
    case sigmoid(slope: Double)
    /// `1 / (exp(min(-x, 88.7)) + 1 + 1e-16)` for each, as XGBoost has it.
    case clampedSigmoid
    /// `exp(x)` for each.
    case exponential
    /// `exp(x - max) / Σ exp(x - max)`.
    case softmax
    /// The softmax of the margins that are not 0; the others stay 0 (ONNX `SOFTMAX_ZERO`).
    case softmaxZero
    /// One value: the index of the first of the greatest margins.
    case argmax
    /// 1 where `x > 0`, 0 elsewhere.
    case hinge
    /// `sign(x) · x²` for each: LightGBM's regression of a square root.
    case signedSquare
    /// `log(1 + exp(x))` for each: LightGBM's `cross_entropy_lambda`.
    case softplus
    /// The margins sorted, the least first: XGBoost's quantiles do not cross.
    case sorted
    /// The inverse of the normal distribution for each (ONNX `PROBIT`).
    case probit
    /// Two values, `1 - x` and `x`: ONNX's binary classifier over probabilities.
    case complementaryPair
    /// Two values, `-x` and `x`: ONNX's binary classifier over scores.
    case oppositePair
    /// Two values, the sigmoids of `-x` and of `x`: ONNX's binary classifier with `LOGISTIC`.
    case sigmoidPair

    /// How many values a row with that many margins becomes.
    package func valueCount(margins: Int) -> Int {
        switch self {
        case .argmax: 1
        case .complementaryPair, .oppositePair, .sigmoidPair: 2
        default: margins
        }
    }
}
