// SPDX-License-Identifier: Apache-2.0

/// The trees of an ONNX operator: parallel lists of nodes and of the leaves' weights.
struct ONNXTrees {
    /// A weight a leaf adds to an output.
    struct Weight {
        let output: Int
        let value: Double
    }

    /// A node of a tree, in the file's numbering.
    private struct Key: Hashable {
        let tree: Int
        let node: Int
    }

    private let features: [Int]
    private let modes: [String]
    private let thresholds: [Double]
    private let trueNodes: [Int]
    private let falseNodes: [Int]
    private let missingGoesTrue: [Int]
    private let treeIDs: [Int]
    private let positions: [Key: Int]
    private let weights: [Int: [Weight]]
    private let place: ModelError.Place
    /// Where the nodes of each tree stand in the lists.
    let ranges: [Range<Int>]
    /// The outputs that have weights.
    let outputs: Set<Int>

    /// The lists of an operator whose weights' attributes begin with `prefix`.
    init(_ node: ONNXNode, prefix: String) throws(ModelError) {
        place = node.place
        features = node.integers("nodes_featureids")
        modes = node.texts("nodes_modes")
        thresholds = node.numbers("nodes_values")
        trueNodes = node.integers("nodes_truenodeids")
        falseNodes = node.integers("nodes_falsenodeids")
        missingGoesTrue = node.integers("nodes_missing_value_tracks_true")
        let treeIDs = node.integers("nodes_treeids")
        let nodeIDs = node.integers("nodes_nodeids")
        let count = treeIDs.count
        let lengths = [features, trueNodes, falseNodes, nodeIDs].map(\.count)
        guard count > 0, (lengths + [modes.count, thresholds.count]).allSatisfy({ $0 == count }),
            missingGoesTrue.isEmpty || missingGoesTrue.count == count
        else {
            throw ModelError(.malformed, "lists of nodes that differ in length", at: node.place)
        }
        try checkCount(count, max: 2 * TreeEnsembleLimits.nodesMax, "nodes")
        let keys = zip(treeIDs, nodeIDs).map { Key(tree: $0, node: $1) }
        let positions = Dictionary(zip(keys, keys.indices)) { first, _ in first }
        let ranges = Self.ranges(of: treeIDs)
        guard positions.count == count, Set(treeIDs).count == ranges.count else {
            throw ModelError(.malformed, "a node or tree that is listed twice", at: node.place)
        }
        (self.treeIDs, self.positions, self.ranges) = (treeIDs, positions, ranges)
        let listed = try Self.weights(node, prefix)
        (weights, outputs) = try Self.grouped(listed, positions, node.place)
    }

    /// Runs of the same tree.
    private static func ranges(of treeIDs: [Int]) -> [Range<Int>] {
        let starts = treeIDs.indices.filter { $0 == 0 || treeIDs[$0] != treeIDs[$0 - 1] }
        return zip(starts, starts.dropFirst() + [treeIDs.count]).map { $0..<$1 }
    }

    private static func weights(
        _ node: ONNXNode,
        _ prefix: String
    ) throws(ModelError) -> [(key: Key, weight: Weight)] {
        let trees = node.integers(prefix + "_treeids")
        let nodes = node.integers(prefix + "_nodeids")
        let outputs = node.integers(prefix + "_ids")
        let values = node.numbers(prefix + "_weights")
        guard [nodes.count, outputs.count, values.count].allSatisfy({ $0 == trees.count }) else {
            throw ModelError(.malformed, "lists of weights that differ in length", at: node.place)
        }
        return trees.indices.map {
            (Key(tree: trees[$0], node: nodes[$0]), Weight(output: outputs[$0], value: values[$0]))
        }
    }

    private static func grouped(
        _ weights: [(key: Key, weight: Weight)],
        _ positions: [Key: Int],
        _ place: ModelError.Place
    ) throws(ModelError) -> ([Int: [Weight]], Set<Int>) {
        var grouped: [Int: [Weight]] = [:]
        for (key, weight) in weights {
            guard let position = positions[key] else {
                let message =
                    "a weight of node \(key.node) of tree \(key.tree), which is not listed"
                throw ModelError(.malformed, message, at: place)
            }
            grouped[position, default: []].append(weight)
        }
        return (grouped, Set(weights.map(\.weight.output)))
    }

    var allWeights: some Sequence<Weight> { weights.values.lazy.joined() }

    /// Columns the splits ask for, counted no further than to be too many.
    var featureCount: Int { min(features.max() ?? -1, TreeEnsembleLimits.featuresMax) + 1 }

    /// The only output each tree's leaves add one weight to; nil if some tree is otherwise.
    func outputOfEachTree() -> [Int]? {
        var outputs: [Int] = []
        for range in ranges {
            let leaves = range.filter { modes[$0] == "LEAF" }.map { weights[$0] ?? [] }
            guard let output = leaves.first?.first?.output,
                leaves.allSatisfy({ $0.count == 1 && $0[0].output == output })
            else { return nil }
            outputs.append(output)
        }
        return outputs
    }

    func isLeaf(_ position: Int) -> Bool { modes[position] == "LEAF" }

    func weights(at position: Int) -> [Weight] { weights[position] ?? [] }

    /// The positions a split leads to.
    func children(of position: Int) throws(ModelError) -> (left: Int, right: Int) {
        let tree = treeIDs[position]
        guard let left = positions[Key(tree: tree, node: trueNodes[position])],
            let right = positions[Key(tree: tree, node: falseNodes[position])]
        else {
            throw ModelError(.malformed, "a child of tree \(tree) that is not listed", at: place)
        }
        return (left, right)
    }

    func split(_ position: Int) throws(ModelError) -> TreeNode {
        let rules: [String: TreeNode.Rule] = [
            "BRANCH_LEQ": .lessOrEqual, "BRANCH_LT": .less, "BRANCH_GTE": .greaterOrEqual,
            "BRANCH_GT": .greater, "BRANCH_EQ": .equal, "BRANCH_NEQ": .notEqual,
        ]
        guard let rule = rules[modes[position]] else {
            throw ModelError(.unsupported, "nodes of mode \"\(modes[position])\"", at: place)
        }
        let tracksTrue = !missingGoesTrue.isEmpty && missingGoesTrue[position] != 0
        return TreeNode(
            feature: Int32(clamping: features[position]),
            rule: rule,
            threshold: thresholds[position],
            missing: .nan,
            // A NaN is unequal to everything.
            defaultsLeft: tracksTrue || rule == .notEqual
        )
    }
}

/// One of the trees.
struct ONNXSourceTree: SourceTree {
    let trees: ONNXTrees
    let range: Range<Int>
    let leafWidth: Int

    var root: Int { 0 }
    var nodeCount: Int { range.count }

    func node(_ number: Int) throws(ModelError) -> SourceNode {
        let position = range.lowerBound + number
        guard !trees.isLeaf(position) else { return leaf(trees.weights(at: position)) }
        let children = try trees.children(of: position)
        return .split(
            try trees.split(position),
            left: children.left - range.lowerBound,
            right: children.right - range.lowerBound
        )
    }

    private func leaf(_ weights: [ONNXTrees.Weight]) -> SourceNode {
        guard leafWidth > 1 else { return .leaf(weights.first?.value ?? 0) }
        var values = [Double](repeating: 0, count: leafWidth)
        for weight in weights { values[weight.output] += weight.value }
        return .leafVector(values[...])
    }
}
