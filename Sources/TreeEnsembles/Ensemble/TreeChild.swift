// SPDX-License-Identifier: Apache-2.0

/// What a side of a split leads to: another split or a leaf.
package struct TreeChild: Hashable, Sendable {
    /// The index of a split in `TreeEnsemble.nodes`, or `~index` of a leaf.
    package let rawValue: Int32

    /// Leads to the split at an index of `TreeEnsemble.nodes`.
    package init(node index: Int) { rawValue = Int32(index) }

    /// Leads to the leaf of an index over all trees.
    package init(leaf index: Int) { rawValue = ~Int32(index) }

    /// Whether it leads to a leaf.
    package var isLeaf: Bool { rawValue < 0 }

    /// The index of the split or the leaf.
    package var index: Int { Int(isLeaf ? ~rawValue : rawValue) }
}
