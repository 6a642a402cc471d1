// SPDX-License-Identifier: Apache-2.0
import CTreeKernels

/// Trees of any shape: eight bytes for a split or leaf, the two sides of a split beside each other.
struct SparseLayout {
    /// Splits and leaves, each tree level by level.
    private(set) var nodes: [tree_sparse_node] = []
    /// Values beside `nodes`; 0 beside a split.
    private(set) var leaves: [Double] = []
    /// Where each tree starts, filled up to whole groups.
    private(set) var roots: [UInt32] = []
    private let width: Int

    /// Lays out a forest.
    init(_ forest: CodedForest, leafWidth: Int) {
        width = leafWidth
        for tree in forest.trees { append(tree, forest) }
        let group = Int(TREE_GROUP)
        while !roots.count.isMultiple(of: group) { roots.append(roots[roots.count - 1]) }
    }

    private mutating func append(_ tree: Tree, _ forest: CodedForest) {
        roots.append(UInt32(nodes.count))
        var pending = [(child: tree.root, node: reserve(1))]
        var next = 0
        while next < pending.count {
            let (child, node) = pending[next]
            next += 1
            if child.isLeaf {
                setLeaf(forest.values(ofLeaf: child.index), at: node)
                continue
            }
            let split = forest.splits[child.index]
            let sides = reserve(2)
            set(split.place.column, split.place.rank, left: sides, at: node)
            pending.append((split.first, sides))
            pending.append((split.second, sides + 1))
        }
    }

    /// A leaf leads to itself: no code passes rank 255.
    private mutating func setLeaf(_ values: ArraySlice<Double>, at node: Int) {
        set(0, 255, left: node, at: node)
        leaves.replaceSubrange(node * width..<(node + 1) * width, with: values)
    }

    private mutating func set(_ column: UInt16, _ rank: UInt8, left: Int, at node: Int) {
        nodes[node] = tree_sparse_node(column: column, rank: rank, padding: 0, left: UInt32(left))
    }

    private mutating func reserve(_ count: Int) -> Int {
        let empty = tree_sparse_node(column: 0, rank: 255, padding: 0, left: 0)
        defer {
            nodes.append(contentsOf: repeatElement(empty, count: count))
            leaves.append(contentsOf: repeatElement(0, count: count * width))
        }
        return nodes.count
    }
}
