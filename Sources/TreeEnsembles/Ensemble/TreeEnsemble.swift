// SPDX-License-Identifier: Apache-2.0

/// A tree ensemble in memory, whatever library trained it: immutable and checked.
///
/// What whoever computes with it may rely on:
/// - every child, column, set, output and leaf index is in range;
/// - every split and leaf of a tree hangs on exactly one side, splits come after their parent and the
///   leaves of a tree are counted from left to right, so there is no cycle;
/// - no way is longer than the tree's `depth`, at most `TreeEnsembleLimits.depthMax`;
/// - thresholds are exactly float32 where `inputPrecision` is, and leaves, weights and the base where
///   the precision of `accumulation` is.
///
/// Thresholds and leaves may be infinite or NaN; they are computed with as IEEE 754 says.
/// Source: the libraries' own predictors; docs/MODELS.md.
package struct TreeEnsemble: Hashable, Sendable {
    /// The columns of a row, in order.
    package let features: [Feature]
    /// The splits of all trees, tree by tree.
    package let nodes: [TreeNode]
    /// The trees in the order their leaves are added.
    package let trees: [Tree]
    /// Values of all leaves, `leafWidth` each.
    package let leafValues: [Double]
    /// Values of a leaf: 1, added to the tree's output, or one for every output.
    package let leafWidth: Int
    /// The sets of the categorical splits.
    package let categorySets: CategorySets
    /// The linear models of the leaves, if the leaves have them.
    package let linearLeaves: LinearLeaves?
    /// The precision a row's values are rounded to before anything is asked of them.
    package let inputPrecision: Precision
    /// Whether values no further from zero than `TreeNode.Missing.zeroMagnitudeMax` are read as 0, as
    /// LightGBM does before its walk.
    package let readsTinyAsZero: Bool
    /// A value other than NaN that stands for a missing one.
    ///
    /// Values equal to it, after rounding, are read as NaN: the argument `missing` of XGBoost's wrappers.
    package let missingValue: Double?
    /// How leaves become margins.
    package let accumulation: Accumulation
    /// How margins become what the library predicts.
    package let transform: OutputTransform
    /// The classes of a classifier as the file spells them, by position; empty if it lists none.
    package let classLabels: [String]
    /// Where the ensemble comes from.
    package let source: ModelSource

    /// Margins of a row.
    package var outputCount: Int { accumulation.base.count }

    /// Values of a prediction.
    package var valueCount: Int { transform.valueCount(margins: outputCount) }

    /// Splits on the longest way of any tree.
    package var depth: Int { trees.map(\.depth).max() ?? 0 }

    /// Leaves of all trees.
    package var leafCount: Int { leafValues.count / leafWidth }
}
