// SPDX-License-Identifier: Apache-2.0

/// A tree as XGBoost's files hold it: one array per property, by node.
struct XGBoostTree {
    var leftChildren: [Int] = []
    var rightChildren: [Int] = []
    var splitIndices: [Int] = []
    var splitConditions: [Float] = []
    var defaultsLeft: [Int] = []
    var splitTypes: [Int] = []
    var categories: [Int] = []
    var categoryNodes: [Int] = []
    var categorySegments: [Int] = []
    var categorySizes: [Int] = []
    var leafVectorSize = 1

    init(from reader: inout some DocumentReader) throws(ModelError) {
        let place = reader.place
        try reader.enterObject()
        while let key = try reader.nextKey() { try read(key, from: &reader) }
        try check(at: place)
    }

    private mutating func read(
        _ key: String,
        from reader: inout some DocumentReader
    ) throws(ModelError) {
        switch key {
        case "left_children": leftChildren = try reader.integers()
        case "right_children": rightChildren = try reader.integers()
        case "split_indices": splitIndices = try reader.integers()
        case "split_conditions": splitConditions = try reader.floats()
        case "default_left": defaultsLeft = try reader.integers()
        case "split_type": splitTypes = try reader.integers()
        case "categories": categories = try reader.integers()
        case "categories_nodes": categoryNodes = try reader.integers()
        case "categories_segments": categorySegments = try reader.integers()
        case "categories_sizes": categorySizes = try reader.integers()
        case "tree_param": try readParameters(from: &reader)
        default: try reader.skip()
        }
    }

    private mutating func readParameters(
        from reader: inout some DocumentReader
    ) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            if key == "size_leaf_vector" {
                leafVectorSize = try reader.integerText()
            } else {
                try reader.skip()
            }
        }
    }

    private func check(at place: ModelError.Place) throws(ModelError) {
        guard leafVectorSize <= 1 else {
            throw ModelError(
                .unsupported,
                "leaves with \(leafVectorSize) values",
                at: place,
                advice: "train with multi_strategy=\"one_output_per_tree\""
            )
        }
        let count = leftChildren.count
        let lengths = [rightChildren, splitIndices, defaultsLeft].map(\.count)
        guard count > 0, (lengths + [splitConditions.count]).allSatisfy({ $0 == count }),
            splitTypes.isEmpty || splitTypes.count == count,
            [categorySegments, categorySizes].allSatisfy({ $0.count == categoryNodes.count })
        else {
            throw ModelError(.malformed, "a tree whose arrays differ in length", at: place)
        }
    }

    /// The set of each categorical split, added to a builder.
    func addCategorySets(
        to builder: inout TreeEnsembleBuilder
    ) throws(ModelError) -> [Int: Int32] {
        var sets: [Int: Int32] = [:]
        for (position, node) in categoryNodes.enumerated() {
            let place = ModelError.Place.node(node, tree: builder.trees.count)
            let start = categorySegments[position]
            let size = categorySizes[position]
            guard start >= 0, size >= 0, start <= categories.count, size <= categories.count - start
            else { throw ModelError(.malformed, "categories out of range", at: place) }
            let codes = categories[start..<(start + size)]
            guard codes.allSatisfy({ (0..<TreeEnsembleLimits.categoryCodeMax).contains($0) }) else {
                throw ModelError(.malformed, "a category's code is out of range", at: place)
            }
            sets[node] = try builder.addCategorySet(codes: codes)
        }
        return sets
    }
}

/// A tree with the sets of its categorical splits.
struct XGBoostSourceTree: SourceTree {
    let tree: XGBoostTree
    let categorySets: [Int: Int32]
    let position: Int

    var root: Int { 0 }
    var nodeCount: Int { tree.leftChildren.count }

    func node(_ number: Int) throws(ModelError) -> SourceNode {
        let left = tree.leftChildren[number]
        guard left != -1 else { return .leaf(Double(tree.splitConditions[number])) }
        return .split(try split(number), left: left, right: tree.rightChildren[number])
    }

    private func split(_ number: Int) throws(ModelError) -> TreeNode {
        let isCategorical = !tree.splitTypes.isEmpty && tree.splitTypes[number] == 1
        let set = categorySets[number]
        guard !isCategorical || set != nil else {
            let place = ModelError.Place.node(number, tree: position)
            throw ModelError(.malformed, "a categorical split without categories", at: place)
        }
        return TreeNode(
            feature: Int32(clamping: tree.splitIndices[number]),
            rule: isCategorical ? .notInSet : .less,
            threshold: isCategorical ? 0 : Double(tree.splitConditions[number]),
            categorySet: isCategorical ? set ?? -1 : -1,
            missing: .nan,
            defaultsLeft: tree.defaultsLeft[number] != 0
        )
    }
}
