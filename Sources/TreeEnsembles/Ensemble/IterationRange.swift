// SPDX-License-Identifier: Apache-2.0

/// Which iterations of a model predict.
package enum IterationRange: Hashable, Sendable {
    /// What the class that saved the model predicts with: up to the best iteration where scikit-learn's
    /// wrapper saved one, else all.
    case automatic
    /// All of them.
    case all
    /// Those of a range, as `iteration_range` of XGBoost has it.
    case range(Range<Int>)
}
