// SPDX-License-Identifier: Apache-2.0

/// Reads models CatBoost saved as JSON, of numeric features only.
package struct CatBoostReader: Sendable {
    /// A reader.
    package init() {}

    /// Reads a whole file.
    ///
    /// Margins are `RawFormulaVal`. Predictions are probabilities for the classification losses,
    /// exponentials for Poisson and Tweedie, and margins for the others.
    ///
    /// - Throws: `ModelError`, whose place is a JSON pointer with its byte.
    package func ensemble(of bytes: [UInt8]) throws(ModelError) -> TreeEnsemble {
        try checkCount(bytes.count, max: TreeEnsembleLimits.fileSizeMax, "bytes of a file")
        var document = CatBoostDocument()
        var reader = JSONReader(bytes)
        try document.read(from: &reader)
        return try document.ensemble()
    }
}

/// What a file of CatBoost says, before it is put together.
struct CatBoostDocument {
    private var features: [CatBoostFeature] = []
    private var obliviousTrees: [CatBoostObliviousTree] = []
    private var trees: [CatBoostTree] = []
    private var scale = 1.0
    private var bias: [Double] = []
    private var loss = ""
    private var version = ""

    mutating func read(from reader: inout JSONReader) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "features_info": try readFeatures(from: &reader)
            case "model_info": try readInfo(from: &reader)
            case "oblivious_trees":
                try reader.enterArray()
                while try reader.hasNextElement() {
                    obliviousTrees.append(try CatBoostObliviousTree(from: &reader))
                }
            case "trees":
                try reader.enterArray()
                while try reader.hasNextElement() { trees.append(try CatBoostTree(from: &reader)) }
            case "scale_and_bias": try readScaleAndBias(from: &reader)
            default: try reader.skip()
            }
        }
        try reader.finish()
    }

    private mutating func readFeatures(from reader: inout JSONReader) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            let place = reader.place
            try reader.enterArray()
            while try reader.hasNextElement() {
                guard key == "float_features" else {
                    throw ModelError(
                        .unsupported,
                        "\"\(key)\", whose values CatBoost hashes",
                        at: place,
                        advice: "train on numbers: encode categories before CatBoost does"
                    )
                }
                features.append(try CatBoostFeature(from: &reader))
            }
        }
    }

    private mutating func readScaleAndBias(from reader: inout JSONReader) throws(ModelError) {
        try reader.enterArray()
        var position = 0
        while try reader.hasNextElement() {
            if position == 0 {
                scale = try reader.double()
            } else if reader.peek() == UInt8(ascii: "[") {
                bias = try reader.doubles()
            } else {
                bias = [try reader.double()]
            }
            position += 1
        }
    }

    private mutating func readInfo(from reader: inout JSONReader) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            switch key {
            case "params" where reader.peek() == UInt8(ascii: "{"):
                try readParameters(from: &reader)
            case "catboost_version_info":
                version = try Self.version(in: reader.text())
            default: try reader.skip()
            }
        }
    }

    /// The tag of a text like `Git info: … Branch: tags/v1.2.7 …`.
    private static func version(in text: String) -> String {
        let tag = text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("tags/v") }
        return tag.map { String($0.dropFirst(6)) } ?? ""
    }

    private mutating func readParameters(from reader: inout JSONReader) throws(ModelError) {
        try reader.enterObject()
        while let key = try reader.nextKey() {
            guard key == "loss_function", reader.peek() == UInt8(ascii: "{") else {
                try reader.skip()
                continue
            }
            try reader.enterObject()
            while let key = try reader.nextKey() {
                if key == "type" { loss = try reader.text() } else { try reader.skip() }
            }
        }
    }
}

// MARK: - Ensemble

extension CatBoostDocument {
    func ensemble() throws(ModelError) -> TreeEnsemble {
        guard obliviousTrees.isEmpty || trees.isEmpty, !bias.isEmpty else {
            throw ModelError(.malformed, "no scale_and_bias, or two kinds of trees", at: .file)
        }
        var builder = try TreeEnsembleBuilder(
            features: columns(),
            leafWidth: bias.count,
            inputPrecision: .float32,
            accumulation: Accumulation(
                .sumThenBase,
                precision: .float64,
                base: bias,
                scale: scale
            )
        )
        for (position, tree) in obliviousTrees.enumerated() {
            let source = CatBoostObliviousSource(
                tree: tree,
                features: features,
                leafWidth: bias.count,
                position: position
            )
            try source.check()
            try builder.addTree(source, output: 0)
        }
        for (position, tree) in trees.enumerated() {
            let source = CatBoostSource(tree: tree, features: features, position: position)
            try builder.addTree(source, output: 0)
        }
        return builder.ensemble(
            transform: transform,
            source: ModelSource(
                format: .catBoostJSON,
                version: version,
                objective: loss,
                iterationCount: builder.trees.count
            )
        )
    }

    private func columns() throws(ModelError) -> [Feature] {
        guard features.indices.allSatisfy({ features[$0].column == $0 }) else {
            throw ModelError(.unsupported, "columns that are not all numbers", at: .file)
        }
        return features.map {
            Feature(name: $0.name.isEmpty ? "f\($0.column)" : $0.name, kind: .numeric)
        }
    }

    private var transform: OutputTransform {
        switch loss {
        case "Logloss", "CrossEntropy", "MultiClassOneVsAll": .sigmoid(slope: 1)
        case "MultiClass": .softmax
        case "Poisson", "Tweedie": .exponential
        default: .identity
        }
    }
}
