// SPDX-License-Identifier: Apache-2.0

/// The trees of an ensemble in the order they are added, their splits comparing codes.
struct CodedForest {
    /// A split: the second side is taken iff `rank < code of column`.
    struct Split {
        let place: EngineColumns.Place
        let first: TreeChild
        let second: TreeChild
    }

    /// All splits, by their index in `TreeEnsemble.nodes`.
    let splits: [Split]
    /// The trees, output by output.
    let trees: [Tree]
    /// For each output the first tree after its own.
    let outputEnd: [UInt32]
    /// The columns the splits ask.
    let columns: EngineColumns
    private let leafValues: [Double]
    private let leafWidth: Int

    /// Codes an ensemble.
    ///
    /// - Throws: `EngineLimit.columns`.
    init(_ ensemble: TreeEnsemble) throws(EngineLimit) {
        let normalized = ensemble.nodes.map { NormalizedSplit($0, ensemble.inputPrecision) }
        let columns = try EngineColumns(normalized, sets: ensemble.categorySets)
        splits = zip(normalized, columns.places).map {
            Split(place: $1, first: $0.first, second: $0.second)
        }
        let isWide = ensemble.leafWidth > 1
        let outputs = 0..<ensemble.outputCount
        let byOutput = Dictionary(grouping: ensemble.trees, by: \.output)
        trees = isWide ? ensemble.trees : outputs.flatMap { byOutput[$0] ?? [] }
        var end: UInt32 = 0
        outputEnd = outputs.map { output in
            end += UInt32(isWide ? 0 : byOutput[output]?.count ?? 0)
            return end
        }
        self.columns = columns
        depth = max(1, ensemble.depth)
        leafWidth = ensemble.leafWidth
        leafValues = Self.weightedLeaves(of: ensemble)
    }

    /// Splits on the longest way of any tree; at least 1, a constant tree being padded.
    let depth: Int

    /// The leaves of the largest tree.
    var leafCountMax: Int { trees.map(\.leaves.count).max() ?? 0 }

    /// The values of a leaf, as they are added.
    func values(ofLeaf leaf: Int) -> ArraySlice<Double> {
        leafValues[leaf * leafWidth..<(leaf + 1) * leafWidth]
    }

    /// All leaves times the weights of their trees: one rounding in the precision of the sums.
    private static func weightedLeaves(of ensemble: TreeEnsemble) -> [Double] {
        var values = ensemble.leafValues
        let width = ensemble.leafWidth
        let isFloat = ensemble.accumulation.precision == .float32
        for tree in ensemble.trees where tree.weight != 1 {
            for index in tree.leaves.lowerBound * width..<tree.leaves.upperBound * width {
                let product = values[index] * tree.weight
                values[index] =
                    isFloat ? Double(Float(values[index]) * Float(tree.weight)) : product
            }
        }
        return values
    }
}
