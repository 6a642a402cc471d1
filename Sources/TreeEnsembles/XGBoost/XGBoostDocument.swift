// SPDX-License-Identifier: Apache-2.0

/// What a file of XGBoost says, before it is put together.
struct XGBoostDocument {
    var version: [Int] = []
    var attributes: [String: String] = [:]
    var featureNames: [String] = []
    var featureTypes: [String] = []
    var categories: [[Feature.Category]] = []
    var boosterName = ""
    var boosterPlace = ModelError.Place.file
    var trees: [XGBoostTree] = []
    var treeGroups: [Int] = []
    var treeWeights: [Float] = []
    var iterationOffsets: [Int] = []
    var parallelTreeCount = 1
    var featureCount = 0
    var classCount = 0
    var targetCount = 1
    var baseScore: [Float] = []
    var objective = ""
    var objectivePlace = ModelError.Place.file
    private var hasLearner = false

    mutating func read(from reader: inout some DocumentReader) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "learner": try readLearner(from: &reader)
            case "version": version = try reader.integers()
            default: try reader.skip()
            }
        }
        try reader.finish()
        guard hasLearner else {
            throw ModelError(.malformed, "no \"learner\": not a model of XGBoost", at: .file)
        }
    }

    private mutating func readLearner(from reader: inout some DocumentReader) throws(ModelError) {
        hasLearner = true
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "attributes": try readAttributes(from: &reader)
            case "feature_names": featureNames = try reader.texts()
            case "feature_types": featureTypes = try reader.texts()
            case "gradient_booster": try readBooster(from: &reader)
            case "learner_model_param": try readParameters(from: &reader)
            case "objective": try readObjective(from: &reader)
            default: try reader.skip()
            }
        }
    }

    /// The attributes that decide what is predicted; wrappers keep longer ones beside them.
    private mutating func readAttributes(
        from reader: inout some DocumentReader
    ) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "best_iteration": attributes[key] = try reader.text()
            case "scikit_learn":
                attributes[key] = ""
                try reader.skip()
            default: try reader.skip()
            }
        }
    }

    private mutating func readParameters(
        from reader: inout some DocumentReader
    ) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "num_feature": featureCount = try reader.integerText()
            case "num_class": classCount = try reader.integerText()
            case "num_target": targetCount = try reader.integerText()
            case "base_score":
                let place = reader.place
                baseScore = try Self.scores(of: reader.text(), at: place)
            default: try reader.skip()
            }
        }
    }

    /// One number, or since 3.1 a list of them in brackets.
    private static func scores(
        of text: String,
        at place: ModelError.Place
    ) throws(ModelError) -> [Float] {
        var scores: [Float] = []
        for part in text.split(whereSeparator: { "[](), ".contains($0) }) {
            let bytes = ArraySlice(part.utf8)
            guard let number = DecimalNumber(prefixOf: bytes), number.bytes.count == bytes.count
            else {
                throw ModelError(.malformed, "expected numbers, found \"\(text)\"", at: place)
            }
            scores.append(number.float)
        }
        return scores
    }

    private mutating func readObjective(
        from reader: inout some DocumentReader
    ) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            guard key == "name" else {
                try reader.skip()
                continue
            }
            objectivePlace = reader.place
            objective = try reader.text()
        }
    }
}
