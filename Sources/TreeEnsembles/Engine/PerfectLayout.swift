// SPDX-License-Identifier: Apache-2.0
import CTreeKernels

/// Trees padded to one depth: two bytes for a split, positions instead of pointers.
struct PerfectLayout {
    /// Pairs of a column and a rank, each tree as a heap.
    private(set) var nodes: [UInt8]
    /// Values of leaves, from left to right.
    private(set) var leaves: [Double]
    private let depth: Int
    private let width: Int

    /// How much larger than its leaves a padded ensemble may be: above, padding costs more memory
    /// traffic than pointers do.
    private static let paddingMax = 4

    /// Whether a forest fits.
    static func suits(_ forest: CodedForest) -> Bool {
        guard forest.depth <= TREE_PERFECT_DEPTH_MAX,
            forest.columns.count <= TREE_PERFECT_COLUMNS_MAX
        else { return false }
        let leafCount = forest.trees.reduce(0) { $0 + $1.leaves.count }
        return forest.trees.count << forest.depth <= paddingMax * leafCount
    }

    /// Lays out a forest, filled up with constant trees to whole groups.
    init(_ forest: CodedForest, leafWidth: Int) {
        depth = forest.depth
        width = leafWidth
        let group = Int(TREE_GROUP)
        let treeCount = (forest.trees.count + group - 1) / group * group
        // Column 0 and rank 255, which no code passes.
        nodes = (0..<treeCount << (depth + 1)).map { $0.isMultiple(of: 2) ? 0 : 255 }
        leaves = Array(repeating: 0, count: (treeCount << depth) * width)
        for (number, tree) in forest.trees.enumerated() {
            place(tree.root, at: 1, level: 0, number, forest)
        }
    }

    private mutating func place(
        _ child: TreeChild,
        at position: Int,
        level: Int,
        _ number: Int,
        _ forest: CodedForest
    ) {
        guard !child.isLeaf else {
            let leaf = position << (depth - level) - 1 << depth + number << depth
            for (offset, value) in forest.values(ofLeaf: child.index).enumerated() {
                leaves[leaf * width + offset] = value
            }
            return
        }
        let split = forest.splits[child.index]
        let node = number << (depth + 1) + 2 * position
        nodes[node] = UInt8(split.place.column)
        nodes[node + 1] = split.place.rank
        place(split.first, at: 2 * position, level: level + 1, number, forest)
        place(split.second, at: 2 * position + 1, level: level + 1, number, forest)
    }
}
