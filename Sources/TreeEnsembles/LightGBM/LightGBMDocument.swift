// SPDX-License-Identifier: Apache-2.0

/// What a file of LightGBM says, before it is put together.
struct LightGBMDocument {
    var version = ""
    var treesPerIteration = 1
    var objective = ""
    var objectivePlace = ModelError.Place.file
    var averagesOutput = false
    var trees: [LightGBMTree] = []
    var pandasCategories: [[Feature.Category]] = []
    private var featureCount = 0
    private var featureNames: [String] = []
    private var featureRanges: [String] = []

    mutating func read(_ bytes: [UInt8]) throws(ModelError) {
        var lines = LineReader(bytes)
        guard lines.next().map({ $0.elementsEqual("tree".utf8) }) ?? false else {
            throw ModelError(
                .malformed,
                "expected the line \"tree\" of a LightGBM model",
                at: .line(1),
                advice: "save it with Booster.save_model(\"model.txt\")"
            )
        }
        try readHeaderAndTrees(&lines)
        while let line = lines.next() {
            let prefix = "pandas_categorical:"
            guard line.starts(with: prefix.utf8) else { continue }
            try readPandasCategories(bytes, from: line.startIndex + prefix.utf8.count)
        }
    }

    private mutating func readHeaderAndTrees(_ lines: inout LineReader) throws(ModelError) {
        while let bytes = lines.next() {
            let line = KeyedLine(bytes, at: lines.place)
            switch line.key {
            case "Tree": try startTree(line)
            case "end of trees": return try finishTrees()
            default:
                if trees.isEmpty {
                    try readHeader(line)
                } else {
                    try trees[trees.count - 1].read(line)
                }
            }
        }
        throw ModelError(.malformed, "the file ends before \"end of trees\"", at: lines.place)
    }

    private mutating func startTree(_ line: KeyedLine) throws(ModelError) {
        guard try line.integer() == trees.count else {
            throw ModelError(.malformed, "expected Tree=\(trees.count)", at: line.place)
        }
        try checkCount(trees.count + 1, max: TreeEnsembleLimits.treesMax, "trees")
        if !trees.isEmpty { try trees[trees.count - 1].finish() }
        trees.append(LightGBMTree(at: line.place))
    }

    private mutating func finishTrees() throws(ModelError) {
        if !trees.isEmpty { try trees[trees.count - 1].finish() }
        guard treesPerIteration > 0, treesPerIteration <= TreeEnsembleLimits.outputsMax else {
            let message = "num_tree_per_iteration=\(treesPerIteration)"
            throw ModelError(.malformed, message, at: .file)
        }
    }

    private mutating func readHeader(_ line: KeyedLine) throws(ModelError) {
        switch line.key {
        case "version": version = line.text
        case "num_tree_per_iteration": treesPerIteration = try line.integer()
        case "max_feature_idx": featureCount = try readFeatureCount(line)
        case "objective":
            objective = line.text
            objectivePlace = line.place
        case "average_output": averagesOutput = true
        case "feature_names": featureNames = words(line)
        case "feature_infos": featureRanges = words(line)
        default: break
        }
    }

    private func readFeatureCount(_ line: KeyedLine) throws(ModelError) -> Int {
        let last = try line.integer()
        guard last >= 0, last < TreeEnsembleLimits.featuresMax else {
            throw ModelError(.tooLarge, "max_feature_idx=\(last)", at: line.place)
        }
        return last + 1
    }

    private func words(_ line: KeyedLine) -> [String] {
        line.value.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }
}

// MARK: - Columns

extension LightGBMDocument {
    /// The columns; a range `[a:b]` stands for numbers, a list `0:3:5` for categories.
    func features() throws(ModelError) -> [Feature] {
        guard featureCount > 0, featureNames.count == featureCount,
            featureRanges.isEmpty || featureRanges.count == featureCount
        else {
            let message = "feature_names or feature_infos of other than \(featureCount) columns"
            throw ModelError(.malformed, message, at: .file)
        }
        let kinds = (0..<featureCount).map(kind)
        let categorical = kinds.indices.filter { kinds[$0] == .categorical }
        var categories = [[Feature.Category]](repeating: [], count: featureCount)
        // The file does not say which columns the lists are of: they are all categorical, or unknown.
        if categorical.count == pandasCategories.count {
            for (column, list) in zip(categorical, pandasCategories) { categories[column] = list }
        }
        return (0..<featureCount).map {
            Feature(name: featureNames[$0], kind: kinds[$0], categories: categories[$0])
        }
    }

    private func kind(of column: Int) -> Feature.Kind {
        guard !featureRanges.isEmpty else { return .numeric }
        let range = featureRanges[column]
        return range.hasPrefix("[") || range == "none" ? .numeric : .categorical
    }

    /// The Python package's lists: the position of a category is its code.
    private mutating func readPandasCategories(
        _ bytes: [UInt8],
        from offset: Int
    ) throws(ModelError) {
        var reader = JSONReader(bytes, from: offset)
        guard reader.peek() == UInt8(ascii: "[") else { return }
        try reader.enterArray()
        while try reader.hasNextElement() {
            var list: [Feature.Category] = []
            try reader.enterArray()
            while try reader.hasNextElement() { list.append(try category(&reader)) }
            pandasCategories.append(list)
        }
    }

    private func category(_ reader: inout JSONReader) throws(ModelError) -> Feature.Category {
        switch reader.peek() {
        case UInt8(ascii: "\""): .text(try reader.text())
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean(try reader.integer() == 1)
        default: .number(try reader.double())
        }
    }
}

// MARK: - Objective

extension LightGBMDocument {
    /// What the objective makes of margins; none for a custom one, which the file does not name.
    func transform() throws(ModelError) -> OutputTransform {
        let words = objective.split(separator: " ").map(String.init)
        switch words.first ?? "" {
        case "", "none", "custom", "regression_l1", "huber", "fair", "quantile", "mape",
            "lambdarank", "rank_xendcg", "regression":
            return words.contains("sqrt") ? .signedSquare : .identity
        case "poisson", "gamma", "tweedie": return .exponential
        case "binary", "multiclassova": return .sigmoid(slope: try slope(words))
        case "cross_entropy", "xentropy": return .sigmoid(slope: 1)
        case "cross_entropy_lambda", "xentlambda": return .softplus
        case "multiclass": return .softmax
        case let name:
            throw ModelError(.unsupported, "objective \"\(name)\"", at: objectivePlace)
        }
    }

    private func slope(_ words: [String]) throws(ModelError) -> Double {
        guard let word = words.first(where: { $0.hasPrefix("sigmoid:") }),
            let number = DecimalNumber(prefixOf: ArraySlice(word.dropFirst(8).utf8))
        else { throw ModelError(.malformed, "an objective without sigmoid:", at: objectivePlace) }
        return number.double
    }
}
