// SPDX-License-Identifier: Apache-2.0

extension XGBoostDocument {
    /// The ensemble the file describes.
    func ensemble(
        _ settings: XGBoostReader,
        format: ModelSource.Format
    ) throws(ModelError) -> TreeEnsemble {
        try checkBooster()
        let objective = try XGBoostObjective(objective, at: objectivePlace)
        var builder = try TreeEnsembleBuilder(
            features: features(),
            inputPrecision: .float32,
            accumulation: Accumulation(
                .sumFromBase,
                precision: .float32,
                base: base(objective)
            )
        )
        let iterations = try chosenIterations(settings.iterations)
        for position in try treePositions(of: iterations) {
            let source = XGBoostSourceTree(
                tree: trees[position],
                categorySets: try trees[position].addCategorySets(to: &builder),
                position: position
            )
            let weight = treeWeights.isEmpty ? 1 : Double(treeWeights[position])
            try builder.addTree(source, output: treeGroups[position], weight: weight)
        }
        return builder.ensemble(
            transform: objective.transform,
            source: ModelSource(
                format: format,
                version: version.map(String.init).joined(separator: "."),
                objective: self.objective,
                iterationCount: iterations.count
            ),
            missingValue: settings.missingValue.map(Double.init)
        )
    }

    private func checkBooster() throws(ModelError) {
        guard boosterName == "gbtree" || boosterName == "dart" else {
            throw ModelError(
                .unsupported,
                "booster \"\(boosterName)\"",
                at: boosterPlace,
                advice: "train with booster=\"gbtree\" or \"dart\""
            )
        }
        guard treeGroups.count == trees.count,
            treeWeights.isEmpty || treeWeights.count == trees.count
        else {
            throw ModelError(.malformed, "tree_info or weight_drop differ from trees", at: .file)
        }
    }

    private var outputCount: Int { classCount > 0 ? classCount : targetCount }

    private func base(_ objective: XGBoostObjective) throws(ModelError) -> [Double] {
        let count = outputCount
        guard count > 0 else { throw ModelError(.malformed, "no outputs", at: .file) }
        try checkCount(count, max: TreeEnsembleLimits.outputsMax, "outputs")
        guard baseScore.count == 1 || baseScore.count == count else {
            let message = "\(baseScore.count) base scores for \(count) outputs"
            throw ModelError(.malformed, message, at: .file)
        }
        let margins = baseScore.map { Double(objective.margin($0)) }
        return margins.count == count ? margins : Array(repeating: margins[0], count: count)
    }

    private func features() throws(ModelError) -> [Feature] {
        try checkCount(featureCount, max: TreeEnsembleLimits.featuresMax, "columns")
        guard featureCount >= 0,
            [featureNames.count, featureTypes.count, categories.count].allSatisfy({
                $0 == 0 || $0 == featureCount
            })
        else {
            let message = "names, types or categories of other than \(featureCount) columns"
            throw ModelError(.malformed, message, at: .file)
        }
        return (0..<featureCount).map { column in
            Feature(
                name: featureNames.isEmpty ? "f\(column)" : featureNames[column],
                kind: !featureTypes.isEmpty && featureTypes[column] == "c"
                    ? .categorical : .numeric,
                categories: categories.isEmpty ? [] : categories[column]
            )
        }
    }
}

// MARK: - Iterations

extension XGBoostDocument {
    /// Files before 2.0 do not say where iterations begin; there each has the same number of trees.
    private func offsets() throws(ModelError) -> [Int] {
        guard iterationOffsets.isEmpty else { return iterationOffsets }
        guard parallelTreeCount > 0, parallelTreeCount <= TreeEnsembleLimits.treesMax else {
            let message = "num_parallel_tree \(parallelTreeCount)"
            throw ModelError(.malformed, message, at: .file)
        }
        let count = parallelTreeCount * outputCount
        return Array(stride(from: 0, through: trees.count, by: count))
    }

    private func chosenIterations(_ choice: IterationRange) throws(ModelError) -> Range<Int> {
        let count = max(0, try offsets().count - 1)
        switch choice {
        case .all: return 0..<count
        case .automatic:
            guard attributes["scikit_learn"] != nil,
                let best = attributes["best_iteration"].flatMap({ Int($0) }),
                best >= 0, best < count
            else { return 0..<count }
            return 0..<(best + 1)
        case .range(let range):
            guard range.lowerBound >= 0, range.upperBound <= count else {
                let message = "iterations \(range) of a model with \(count)"
                throw ModelError(.unsupported, message, at: .file)
            }
            return range
        }
    }

    private func treePositions(of iterations: Range<Int>) throws(ModelError) -> Range<Int> {
        let offsets = try offsets()
        guard let first = offsets.first, let last = offsets.last, first == 0, last == trees.count,
            zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 })
        else {
            throw ModelError(.malformed, "iterations that do not cover the trees", at: .file)
        }
        return offsets[iterations.lowerBound]..<offsets[iterations.upperBound]
    }
}
