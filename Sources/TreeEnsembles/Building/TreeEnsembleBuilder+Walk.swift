// SPDX-License-Identifier: Apache-2.0

extension TreeEnsembleBuilder {
    /// A split or leaf still to visit, and the side it hangs on.
    private struct Visit {
        let number: Int
        let depth: Int
        let parent: Int?
        let isLeft: Bool
    }

    /// What a walk over a tree gathers.
    private struct Walk {
        let tree: Int
        var pending: [Visit]
        var isVisited: [Bool]
        var depth = 0
        var levels: [TreeNode] = []
        var areLevelsUniform = true
    }

    /// Adds a tree, visiting it from the root: left sides first.
    ///
    /// - Throws: `ModelError` at the tree's split or leaf when a number, column or width is out of
    ///   range, two sides lead to the same place, or a bound is passed.
    package mutating func addTree(
        _ source: some SourceTree,
        output: Int,
        weight: Double = 1
    ) throws(ModelError) {
        try checkTree(output: output)
        let firstNode = nodes.count
        let firstLeaf = leafCount
        var walk = Walk(
            tree: trees.count,
            pending: [Visit(number: source.root, depth: 0, parent: nil, isLeft: true)],
            isVisited: Array(repeating: false, count: source.nodeCount)
        )
        while let visit = walk.pending.popLast() { try take(visit, of: source, in: &walk) }
        let splitCount = nodes.count - firstNode
        trees.append(
            Tree(
                root: splitCount > 0 ? TreeChild(node: firstNode) : TreeChild(leaf: firstLeaf),
                nodes: firstNode..<nodes.count,
                leaves: firstLeaf..<leafCount,
                output: output,
                weight: weight,
                depth: walk.depth,
                isOblivious: walk.areLevelsUniform && isFull(splitCount, walk.depth)
            )
        )
    }

    private var leafCount: Int { leafValues.count / leafWidth }

    private func isFull(_ splitCount: Int, _ depth: Int) -> Bool {
        depth < Int32.bitWidth && splitCount == 1 << depth - 1
    }

    private func checkTree(output: Int) throws(ModelError) {
        try checkCount(trees.count + 1, max: TreeEnsembleLimits.treesMax, "trees")
        guard output < 0 || output >= accumulation.base.count else { return }
        let message = "output \(output) of a model with \(accumulation.base.count)"
        throw ModelError(.malformed, message, at: .node(0, tree: trees.count))
    }

    private mutating func take(
        _ visit: Visit,
        of source: some SourceTree,
        in walk: inout Walk
    ) throws(ModelError) {
        let place = ModelError.Place.node(visit.number, tree: walk.tree)
        try markVisited(visit, in: &walk, place)
        let next: TreeChild
        switch try source.node(visit.number) {
        case .split(let node, let left, let right):
            next = TreeChild(node: nodes.count)
            try append(node, at: visit, in: &walk, place)
            let parent = nodes.count - 1
            let depth = visit.depth + 1
            walk.pending.append(Visit(number: right, depth: depth, parent: parent, isLeft: false))
            walk.pending.append(Visit(number: left, depth: depth, parent: parent, isLeft: true))
        case let leaf:
            next = TreeChild(leaf: leafCount)
            try append(leaf, place)
        }
        walk.depth = max(walk.depth, visit.depth)
        guard let parent = visit.parent else { return }
        if visit.isLeft { nodes[parent].left = next } else { nodes[parent].right = next }
    }

    private func markVisited(
        _ visit: Visit,
        in walk: inout Walk,
        _ place: ModelError.Place
    ) throws(ModelError) {
        guard walk.isVisited.indices.contains(visit.number) else {
            let message = "a child out of range of the tree's \(walk.isVisited.count) nodes"
            throw ModelError(.malformed, message, at: place)
        }
        guard !walk.isVisited[visit.number] else {
            throw ModelError(.malformed, "two splits lead to the same node", at: place)
        }
        guard visit.depth <= TreeEnsembleLimits.depthMax else {
            let message = "a tree deeper than \(TreeEnsembleLimits.depthMax) splits"
            throw ModelError(.tooLarge, message, at: place)
        }
        walk.isVisited[visit.number] = true
    }

    private mutating func append(
        _ node: TreeNode,
        at visit: Visit,
        in walk: inout Walk,
        _ place: ModelError.Place
    ) throws(ModelError) {
        try checkCount(nodes.count + 1, max: TreeEnsembleLimits.nodesMax, "splits")
        guard node.feature >= 0, node.feature < features.count else {
            let message = "column \(node.feature) of a model with \(features.count)"
            throw ModelError(.malformed, message, at: place)
        }
        precondition(
            inputPrecision == .float64 || node.threshold.isNaN
                || Double(Float(node.threshold)) == node.threshold
        )
        precondition(!node.rule.isCategorical || node.categorySet < categorySets.count)
        nodes.append(node)
        if visit.depth == walk.levels.count {
            walk.levels.append(node)
        } else if !node.asksTheSame(as: walk.levels[visit.depth]) {
            walk.areLevelsUniform = false
        }
    }

    private mutating func append(
        _ leaf: SourceNode,
        _ place: ModelError.Place
    ) throws(ModelError) {
        let count = leafValues.count + leafWidth
        try checkCount(count, max: TreeEnsembleLimits.leafValuesMax, "values of leaves")
        switch leaf {
        case .split: preconditionFailure("a split is no leaf")
        case .leaf(let value): leafValues.append(value)
        case .leafVector(let values): leafValues.append(contentsOf: values)
        case .linearLeaf(let leaf): try append(leaf, place)
        }
        guard leafValues.count == count else {
            let message = "a leaf that does not have \(leafWidth) values"
            throw ModelError(.malformed, message, at: place)
        }
    }

    private mutating func append(
        _ leaf: LinearLeaf,
        _ place: ModelError.Place
    ) throws(ModelError) {
        let count = linearLeaves.features.count + leaf.features.count
        try checkCount(count, max: TreeEnsembleLimits.linearTermsMax, "terms of linear leaves")
        guard leaf.features.count == leaf.coefficients.count,
            leaf.features.allSatisfy({ $0 >= 0 && $0 < features.count })
        else {
            throw ModelError(.malformed, "a linear leaf's columns are out of range", at: place)
        }
        // Trees without linear models may come before.
        linearLeaves.pad(with: leafValues[linearLeaves.constants.count...])
        leafValues.append(leaf.value)
        linearLeaves.append(
            constant: leaf.constant,
            features: leaf.features,
            coefficients: leaf.coefficients
        )
    }
}
