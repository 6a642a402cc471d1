// SPDX-License-Identifier: Apache-2.0

/// One tree: its parts of the ensemble's arrays.
package struct Tree: Hashable, Sendable {
    /// Where a walk starts: the first of `nodes`, or the only leaf of a constant.
    package let root: TreeChild
    /// Its splits in `TreeEnsemble.nodes`, parents before children, left sides first.
    package let nodes: Range<Int>
    /// Its leaves over all trees, one more than splits, from left to right.
    package let leaves: Range<Int>
    /// The output its leaves add to; 0 if leaves hold a value for every output.
    package let output: Int
    /// What a leaf's value is multiplied with before it is added; 1 but for dart.
    package let weight: Double
    /// Splits on the longest way from the root to a leaf.
    package let depth: Int
    /// Whether all splits of a level ask the same, as CatBoost's symmetric trees do.
    package let isOblivious: Bool
}
