// SPDX-License-Identifier: Apache-2.0

/// A split: which side of it a row takes.
///
/// A row is asked first whether its value is missing (`missing`), then the question of `rule`.
package struct TreeNode: Hashable, Sendable {
    /// The question whose yes leads to the left.
    ///
    /// Comparisons follow IEEE 754 in the precision of `TreeEnsemble.inputPrecision`, so that a NaN
    /// that is not missing answers no, except to `notEqual`.
    package enum Rule: UInt8, Hashable, Sendable {
        /// `x < threshold`, as XGBoost asks.
        case less
        /// `x <= threshold`, as LightGBM, scikit-learn and CatBoost ask.
        case lessOrEqual
        /// `x > threshold`.
        case greater
        /// `x >= threshold`.
        case greaterOrEqual
        /// `x == threshold`.
        case equal
        /// `x != threshold`.
        case notEqual
        /// `x`, truncated toward zero, is a code of the set, as LightGBM asks. What does not fit into
        /// 32 bits is in no set.
        case inSet
        /// `x` is negative, or truncated toward zero not a code of the set, as XGBoost asks.
        case notInSet
        /// `x` is exactly a code of the set, as ONNX's `BRANCH_MEMBER` asks.
        case equalToMember

        /// Whether the question is about `categorySet` and not about `threshold`.
        package var isCategorical: Bool { rawValue >= Rule.inSet.rawValue }
    }

    /// Which values are missing and take the default side.
    package enum Missing: UInt8, Hashable, Sendable {
        /// NaN.
        case nan
        /// NaN and everything no further from zero than `zeroMagnitudeMax`.
        case zero
        /// Nothing: NaN is read as 0.
        case none

        /// The magnitude up to which LightGBM takes a number for zero: the float32 1e-35.
        package static let zeroMagnitudeMax = Double(1e-35 as Float)
    }

    /// The bound the value is compared with; exactly a float32 if the ensemble compares in float32.
    package let threshold: Double
    /// The column of the row.
    package let feature: Int32
    /// Where yes leads.
    package internal(set) var left: TreeChild
    /// Where no leads.
    package internal(set) var right: TreeChild
    /// The set of a categorical rule in `TreeEnsemble.categorySets`; -1 for the others.
    package let categorySet: Int32
    /// The question.
    package let rule: Rule
    /// Which values take the default side.
    package let missing: Missing
    /// Whether the default side is the left.
    package let defaultsLeft: Bool

    /// A split whose sides a builder sets.
    package init(
        feature: Int32,
        rule: Rule,
        threshold: Double = 0,
        categorySet: Int32 = -1,
        missing: Missing,
        defaultsLeft: Bool
    ) {
        self.feature = feature
        self.rule = rule
        self.threshold = threshold
        self.categorySet = categorySet
        self.missing = missing
        self.defaultsLeft = defaultsLeft
        left = TreeChild(leaf: 0)
        right = TreeChild(leaf: 0)
    }

    /// Whether another split asks the same of the same values, wherever it leads.
    func asksTheSame(as other: TreeNode) -> Bool {
        feature == other.feature && rule == other.rule && threshold == other.threshold
            && categorySet == other.categorySet && missing == other.missing
            && defaultsLeft == other.defaultsLeft
    }
}
