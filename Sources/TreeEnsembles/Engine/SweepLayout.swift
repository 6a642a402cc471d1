// SPDX-License-Identifier: Apache-2.0
import CTreeKernels

/// Splits in the order of the leaves they part, for many rows at a time.
struct SweepLayout {
    /// The splits of all trees.
    private(set) var nodes: [tree_sweep_node] = []
    /// Each tree's part of them.
    private(set) var trees: [tree_sweep_tree] = []
    /// Values of leaves, from left to right.
    private(set) var leaves: [Double] = []

    /// Whether the leaves of a forest have byte-wide numbers and one value each.
    static func suits(_ forest: CodedForest, leafWidth: Int) -> Bool {
        leafWidth == 1 && forest.leafCountMax <= TREE_SWEEP_LEAVES_MAX
            && forest.columns.count <= TREE_SWEEP_COLUMNS_MAX
    }

    /// Rows from which a tile costs less than walking them one by one.
    ///
    /// It costs the same however full it is, in proportion to the leaves. Measured for 64 and 256
    /// leaves: 15 and 28 rows.
    static func rowsMin(_ forest: CodedForest) -> Int { 10 + forest.leafCountMax / 14 }

    /// Lays out a forest.
    init(_ forest: CodedForest) {
        for tree in forest.trees {
            let firstNode = nodes.count
            let firstLeaf = leaves.count
            append(tree.root, firstLeaf, forest)
            trees.append(
                tree_sweep_tree(
                    nodes: UInt32(firstNode),
                    node_count: UInt32(nodes.count - firstNode),
                    leaves: UInt32(firstLeaf)
                )
            )
        }
    }

    /// Appends a part of a tree whose first leaf is the next.
    private mutating func append(
        _ child: TreeChild,
        _ firstLeaf: Int,
        _ forest: CodedForest
    ) {
        guard !child.isLeaf else {
            leaves += forest.values(ofLeaf: child.index)
            return
        }
        let split = forest.splits[child.index]
        let first = leaves.count - firstLeaf
        append(split.first, firstLeaf, forest)
        let index = nodes.count
        nodes.append(
            tree_sweep_node(
                column: split.place.column,
                rank: Self.biased(Int(split.place.rank)),
                first: Self.biased(first),
                second: Self.biased(leaves.count - firstLeaf),
                last: 0
            )
        )
        append(split.second, firstLeaf, forest)
        nodes[index].last = Self.biased(leaves.count - firstLeaf - 1)
    }

    /// Vectors compare signed bytes.
    private static func biased(_ value: Int) -> Int8 { Int8(value - 128) }
}
