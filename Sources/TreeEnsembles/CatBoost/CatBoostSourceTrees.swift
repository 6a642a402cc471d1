// SPDX-License-Identifier: Apache-2.0

extension [CatBoostFeature] {
    func node(_ split: CatBoostSplit, tree: Int) throws(ModelError) -> TreeNode {
        guard indices.contains(split.feature) else {
            let message = "float feature \(split.feature) of \(count)"
            throw ModelError(.malformed, message, at: .node(0, tree: tree))
        }
        return self[split.feature].node(split.border)
    }
}

/// A symmetric tree numbered as a heap, the last split at the root, so that leaves stand in order.
struct CatBoostObliviousSource: SourceTree {
    let tree: CatBoostObliviousTree
    let features: [CatBoostFeature]
    let leafWidth: Int
    let position: Int

    var root: Int { 0 }
    var nodeCount: Int { 2 * leafCount - 1 }
    private var leafCount: Int { tree.leafValues.count / leafWidth }

    /// Refuses a tree whose leaves are not two to the power of its splits.
    func check() throws(ModelError) {
        let depth = tree.splits.count
        guard depth < Int32.bitWidth, tree.leafValues.count == leafWidth << depth else {
            let message = "\(tree.leafValues.count) values of leaves for \(depth) splits"
            throw ModelError(.malformed, message, at: .node(0, tree: position))
        }
    }

    func node(_ number: Int) throws(ModelError) -> SourceNode {
        guard number < leafCount - 1 else {
            let start = (number - leafCount + 1) * leafWidth
            let values = tree.leafValues[start..<(start + leafWidth)]
            return leafWidth == 1 ? .leaf(tree.leafValues[start]) : .leafVector(values)
        }
        let level = Int.bitWidth - 1 - (number + 1).leadingZeroBitCount
        let split = tree.splits[tree.splits.count - 1 - level]
        return .split(
            try features.node(split, tree: position),
            left: 2 * number + 1,
            right: 2 * number + 2
        )
    }
}

/// A tree of any shape.
struct CatBoostSource: SourceTree {
    let tree: CatBoostTree
    let features: [CatBoostFeature]
    let position: Int

    var root: Int { tree.nodes.count - 1 }
    var nodeCount: Int { tree.nodes.count }

    func node(_ number: Int) throws(ModelError) -> SourceNode {
        switch tree.nodes[number] {
        case .leaf(let values): values.count == 1 ? .leaf(values[0]) : .leafVector(values[...])
        case .split(let split, let left, let right):
            .split(try features.node(split, tree: position), left: left, right: right)
        }
    }
}
