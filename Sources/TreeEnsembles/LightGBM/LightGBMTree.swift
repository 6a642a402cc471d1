// SPDX-License-Identifier: Apache-2.0

/// A tree as LightGBM's text holds it: splits and leaves numbered apart, a leaf's number inverted.
struct LightGBMTree {
    var leafCount = 0
    var categoryCount = 0
    var splitFeatures: [Int] = []
    var thresholds: [Double] = []
    var decisionTypes: [Int] = []
    var leftChildren: [Int] = []
    var rightChildren: [Int] = []
    var leafValues: [Double] = []
    var categoryBoundaries: [Int] = []
    var categoryWords: [Int] = []
    var isLinear = false
    var leafConstants: [Double] = []
    var leafFeatureCounts: [Int] = []
    var leafFeatures: [Int] = []
    var leafCoefficients: [Double] = []
    /// Where each leaf's terms begin.
    private(set) var termOffsets: [Int] = []
    let place: ModelError.Place

    init(at place: ModelError.Place) { self.place = place }

    mutating func read(_ line: KeyedLine) throws(ModelError) {
        switch line.key {
        case "num_leaves": leafCount = try line.integer()
        case "num_cat": categoryCount = try line.integer()
        case "split_feature": splitFeatures = try line.integers()
        case "threshold": thresholds = try line.doubles()
        case "decision_type": decisionTypes = try line.integers()
        case "left_child": leftChildren = try line.integers()
        case "right_child": rightChildren = try line.integers()
        case "leaf_value": leafValues = try line.doubles()
        case "cat_boundaries": categoryBoundaries = try line.integers()
        case "cat_threshold": categoryWords = try line.integers()
        case "is_linear": isLinear = try line.integer() != 0
        case "leaf_const": leafConstants = try line.doubles()
        case "num_features": leafFeatureCounts = try line.integers()
        case "leaf_features": leafFeatures = try line.integers()
        case "leaf_coeff": leafCoefficients = try line.doubles()
        default: break
        }
    }

    /// Refuses arrays that do not fit together, once all lines are read.
    mutating func finish() throws(ModelError) {
        let splitCount = leafCount - 1
        let lengths = [splitFeatures, decisionTypes, leftChildren, rightChildren].map(\.count)
        guard leafCount > 0, leafValues.count == leafCount,
            splitCount == 0
                || (lengths + [thresholds.count]).allSatisfy({ $0 == splitCount })
        else { throw malformed("a tree whose arrays do not fit num_leaves=\(leafCount)") }
        try checkCategories()
        if isLinear { try finishLinear() }
    }

    private func checkCategories() throws(ModelError) {
        guard categoryCount != 0 else { return }
        guard categoryCount > 0, categoryBoundaries.count == categoryCount + 1,
            categoryBoundaries[0] == 0, categoryBoundaries[categoryCount] == categoryWords.count,
            zip(categoryBoundaries, categoryBoundaries.dropFirst()).allSatisfy({ $0 <= $1 }),
            categoryWords.allSatisfy({ UInt32(exactly: $0) != nil })
        else { throw malformed("cat_boundaries and cat_threshold do not fit num_cat") }
    }

    private mutating func finishLinear() throws(ModelError) {
        guard leafConstants.count == leafCount, leafFeatureCounts.count == leafCount,
            leafFeatureCounts.allSatisfy({ (0...leafFeatures.count).contains($0) })
        else { throw malformed("leaf_const or num_features do not fit num_leaves=\(leafCount)") }
        termOffsets = leafFeatureCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        guard termOffsets[leafCount] == leafFeatures.count,
            leafFeatures.count == leafCoefficients.count
        else { throw malformed("leaf_features and leaf_coeff do not fit num_features") }
    }

    private func malformed(_ message: String) -> ModelError {
        ModelError(.malformed, message, at: place)
    }

    /// Adds the sets of its splits to a builder; returns the first.
    func addCategorySets(to builder: inout TreeEnsembleBuilder) throws(ModelError) -> Int {
        let first = builder.categorySets.count
        for (start, end) in zip(categoryBoundaries, categoryBoundaries.dropFirst()) {
            let words = categoryWords[start..<end].map { UInt32(truncatingIfNeeded: $0) }
            _ = try builder.addCategorySet(words: words)
        }
        return first
    }
}

/// A tree with the sets of its categorical splits; leaves are numbered after the splits.
struct LightGBMSourceTree: SourceTree {
    let tree: LightGBMTree
    let firstCategorySet: Int

    var root: Int { 0 }
    var nodeCount: Int { 2 * tree.leafCount - 1 }
    private var splitCount: Int { tree.leafCount - 1 }

    func node(_ number: Int) throws(ModelError) -> SourceNode {
        guard number >= splitCount else {
            return .split(
                try split(number),
                left: child(tree.leftChildren[number]),
                right: child(tree.rightChildren[number])
            )
        }
        let leaf = number - splitCount
        guard tree.isLinear else { return .leaf(tree.leafValues[leaf]) }
        let terms = tree.termOffsets[leaf]..<tree.termOffsets[leaf + 1]
        return .linearLeaf(
            LinearLeaf(
                value: tree.leafValues[leaf],
                constant: tree.leafConstants[leaf],
                features: ArraySlice(
                    tree.leafFeatures[terms].map { Int32(clamping: $0) }
                ),
                coefficients: tree.leafCoefficients[terms]
            )
        )
    }

    private func child(_ number: Int) -> Int { number < 0 ? splitCount + ~number : number }

    /// Bits of `decision_type`: 0 categorical, 1 missing goes left, 2 and 3 what is missing.
    private func split(_ number: Int) throws(ModelError) -> TreeNode {
        let bits = tree.decisionTypes[number]
        let feature = Int32(clamping: tree.splitFeatures[number])
        guard bits & 1 == 0 else { return try categoricalSplit(number, feature: feature) }
        let kinds: [TreeNode.Missing] = [.none, .zero, .nan]
        guard kinds.indices.contains(bits >> 2) else {
            let message = "decision_type \(bits) of split \(number)"
            throw ModelError(.malformed, message, at: tree.place)
        }
        return TreeNode(
            feature: feature,
            rule: .lessOrEqual,
            threshold: tree.thresholds[number],
            missing: kinds[bits >> 2],
            defaultsLeft: bits & 2 != 0
        )
    }

    /// The threshold is the number of a set; NaN is in none.
    private func categoricalSplit(
        _ number: Int,
        feature: Int32
    ) throws(ModelError) -> TreeNode {
        guard let set = Int(exactly: tree.thresholds[number]),
            (0..<tree.categoryCount).contains(set)
        else {
            let message = "split \(number) asks for a set of categories out of range"
            throw ModelError(.malformed, message, at: tree.place)
        }
        return TreeNode(
            feature: feature,
            rule: .inSet,
            categorySet: Int32(firstCategorySet + set),
            missing: .nan,
            defaultsLeft: false
        )
    }
}
