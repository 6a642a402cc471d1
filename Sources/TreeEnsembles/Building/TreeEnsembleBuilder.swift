// SPDX-License-Identifier: Apache-2.0

/// Puts the trees of a file in the order and numbering `TreeEnsemble` promises, and checks them.
package struct TreeEnsembleBuilder {
    let features: [Feature]
    let leafWidth: Int
    let inputPrecision: Precision
    let accumulation: Accumulation
    var categorySets = CategorySets()
    var nodes: [TreeNode] = []
    var trees: [Tree] = []
    var leafValues: [Double] = []
    var linearLeaves = LinearLeaves()

    /// A builder of ensembles with that shape.
    ///
    /// - Throws: `ModelError` when there are too many columns or outputs, or none of the latter.
    package init(
        features: [Feature],
        leafWidth: Int = 1,
        inputPrecision: Precision,
        accumulation: Accumulation
    ) throws(ModelError) {
        try checkCount(features.count, max: TreeEnsembleLimits.featuresMax, "columns")
        try checkCount(accumulation.base.count, max: TreeEnsembleLimits.outputsMax, "outputs")
        guard !accumulation.base.isEmpty, leafWidth == 1 || leafWidth == accumulation.base.count
        else { throw ModelError(.malformed, "the model has no outputs", at: .file) }
        self.features = features
        self.leafWidth = leafWidth
        self.inputPrecision = inputPrecision
        self.accumulation = accumulation
    }

    /// The ensemble of the trees so far.
    package func ensemble(
        transform: OutputTransform,
        source: ModelSource,
        readsTinyAsZero: Bool = false,
        missingValue: Double? = nil,
        classLabels: [String] = []
    ) -> TreeEnsemble {
        TreeEnsemble(
            features: features,
            nodes: nodes,
            trees: trees,
            leafValues: leafValues,
            leafWidth: leafWidth,
            categorySets: categorySets,
            linearLeaves: paddedLinearLeaves,
            inputPrecision: inputPrecision,
            readsTinyAsZero: readsTinyAsZero,
            missingValue: missingValue,
            accumulation: accumulation,
            transform: transform,
            classLabels: classLabels,
            source: source
        )
    }

    private var paddedLinearLeaves: LinearLeaves? {
        guard !linearLeaves.constants.isEmpty else { return nil }
        var padded = linearLeaves
        padded.pad(with: leafValues[linearLeaves.constants.count...])
        return padded
    }

    /// Adds a set of category codes, as 32-bit words, for the splits to come.
    ///
    /// - Throws: `ModelError` when all sets together are too large.
    package mutating func addCategorySet(
        words: some Collection<UInt32>
    ) throws(ModelError) -> Int32 {
        try checkCategories(adding: words.count)
        return categorySets.append(words: words)
    }

    /// Adds a set of category codes, each in 0..<`categoryCodeMax`, for the splits to come.
    ///
    /// - Throws: `ModelError` when all sets together are too large.
    package mutating func addCategorySet(
        codes: some Collection<Int>
    ) throws(ModelError) -> Int32 {
        try checkCategories(adding: codes.max().map { $0 >> 5 + 1 } ?? 0)
        return categorySets.append(codes: codes)
    }

    private func checkCategories(adding count: Int) throws(ModelError) {
        let sum = categorySets.words.count + count
        try checkCount(sum, max: TreeEnsembleLimits.categoryWordsMax, "words of categories")
    }
}

/// Refuses a count beyond its bound, naming both.
func checkCount(_ count: Int, max: Int, _ things: String) throws(ModelError) {
    guard count > max else { return }
    throw ModelError(.tooLarge, "\(count) \(things) where at most \(max) are read", at: .file)
}
