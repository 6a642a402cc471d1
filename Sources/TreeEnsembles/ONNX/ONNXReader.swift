// SPDX-License-Identifier: Apache-2.0

/// Reads ONNX graphs of one `TreeEnsembleRegressor` or `TreeEnsembleClassifier`.
///
/// Sums are taken in the order of the trees; ONNX Runtime adds more than 80 trees in parallel, in
/// another order, and may differ in the last places.
package struct ONNXReader: Sendable {
    /// A reader.
    package init() {}

    /// Reads a whole file.
    ///
    /// A classifier's predictions are its classes' scores, in the order of `classLabels`.
    ///
    /// - Throws: `ModelError`, whose place is the byte of the operator.
    package func ensemble(of bytes: [UInt8]) throws(ModelError) -> TreeEnsemble {
        try checkCount(bytes.count, max: TreeEnsembleLimits.fileSizeMax, "bytes of a file")
        let graph = try ONNXGraph(bytes)
        let (node, input) = try graph.treeOperation()
        let isClassifier = node.operation == "TreeEnsembleClassifier"
        let trees = try ONNXTrees(node, prefix: isClassifier ? "class" : "target")
        let shape =
            try isClassifier ? ONNXShape(classifier: node, trees) : ONNXShape(regressor: node)
        return try ensemble(
            trees,
            shape,
            input,
            ModelSource(
                format: .onnx,
                version: graph.producer,
                objective: node.operation,
                iterationCount: trees.ranges.count
            )
        )
    }

    private func ensemble(
        _ trees: ONNXTrees,
        _ shape: ONNXShape,
        _ input: ONNXGraph.Input,
        _ source: ModelSource
    ) throws(ModelError) -> TreeEnsemble {
        let precision: Precision = input.type == ONNXType.double ? .float64 : .float32
        let columnCount = input.columnCount ?? trees.featureCount
        try checkCount(columnCount, max: TreeEnsembleLimits.featuresMax, "columns")
        let outputs = shape.outputCount == 1 ? nil : trees.outputOfEachTree()
        let width = outputs == nil ? shape.outputCount : 1
        var builder = try TreeEnsembleBuilder(
            features: (0..<max(0, columnCount)).map { Feature(name: "f\($0)", kind: .numeric) },
            leafWidth: width,
            inputPrecision: precision,
            accumulation: Accumulation(
                shape.kind,
                precision: precision,
                base: shape.base,
                divisor: shape.isAverage ? Double(trees.ranges.count) : 1
            )
        )
        try shape.check(trees)
        for (position, range) in trees.ranges.enumerated() {
            let source = ONNXSourceTree(trees: trees, range: range, leafWidth: width)
            try builder.addTree(source, output: outputs?[position] ?? 0)
        }
        return builder.ensemble(
            transform: shape.transform,
            source: source,
            classLabels: shape.classLabels
        )
    }
}

/// How an operator makes outputs of its leaves, after ONNX Runtime.
struct ONNXShape {
    private(set) var outputCount = 1
    private(set) var base: [Double] = []
    private(set) var kind = Accumulation.Kind.sumThenBase
    private(set) var isAverage = false
    private(set) var transform = OutputTransform.identity
    private(set) var classLabels: [String] = []
    private let place: ModelError.Place

    init(regressor node: ONNXNode) throws(ModelError) {
        place = node.place
        outputCount = node.integers("n_targets").first ?? 1
        try checkOutputs()
        switch node.texts("aggregate_function").first ?? "SUM" {
        case "SUM": break
        case "AVERAGE": isAverage = true
        case "MIN": kind = .minimumThenBase
        case "MAX": kind = .maximumThenBase
        case let name: throw ModelError(.malformed, "aggregate \"\(name)\"", at: place)
        }
        base = try padded(node.numbers("base_values"))
        transform = try Self.transform(of: node)
        guard outputCount > 1 || transform == .identity || transform == .probit else {
            let message = "a post_transform of one target, which ONNX Runtime does not apply"
            throw ModelError(.unsupported, message, at: place)
        }
    }

    init(classifier node: ONNXNode, _ trees: ONNXTrees) throws(ModelError) {
        place = node.place
        classLabels =
            node.texts("classlabels_strings")
            + node.integers("classlabels_int64s").map(String.init)
        outputCount = classLabels.count
        try checkOutputs()
        transform = try Self.transform(of: node)
        let base = node.numbers("base_values")
        guard outputCount == 2 else {
            guard outputCount > 2 else { throw ModelError(.unsupported, "one class", at: place) }
            self.base = try padded(base)
            return
        }
        guard trees.outputs == [0], base.count <= 1 else {
            guard base.isEmpty, trees.outputs.isSuperset(of: [0, 1]) else {
                let message = "a binary classifier whose weights and base_values do not agree"
                throw ModelError(.unsupported, message, at: place)
            }
            self.base = [0, 0]
            return
        }
        outputCount = 1
        self.base = try padded(base)
        transform = Self.pair(
            transform,
            areWeightsPositive: trees.allWeights.allSatisfy { $0.value >= 0 }
        )
    }

    /// A single score stands for the second class: a probability if no weight is negative.
    private static func pair(
        _ transform: OutputTransform,
        areWeightsPositive: Bool
    ) -> OutputTransform {
        switch transform {
        case .probit: .probit
        case _ where areWeightsPositive: .complementaryPair
        case .sigmoid: .sigmoidPair
        default: .oppositePair
        }
    }

    private static func transform(of node: ONNXNode) throws(ModelError) -> OutputTransform {
        switch node.texts("post_transform").first ?? "NONE" {
        case "NONE": .identity
        case "LOGISTIC": .sigmoid(slope: 1)
        case "SOFTMAX": .softmax
        case "SOFTMAX_ZERO": .softmaxZero
        case "PROBIT": .probit
        case let name: throw ModelError(.malformed, "post_transform \"\(name)\"", at: node.place)
        }
    }

    private func checkOutputs() throws(ModelError) {
        guard outputCount > 0 else { throw ModelError(.malformed, "no outputs", at: place) }
        try checkCount(outputCount, max: TreeEnsembleLimits.outputsMax, "outputs")
    }

    private func padded(_ base: [Double]) throws(ModelError) -> [Double] {
        guard !base.isEmpty else { return Array(repeating: 0, count: outputCount) }
        guard base.count == outputCount else {
            let message = "\(base.count) base_values for \(outputCount) outputs"
            throw ModelError(.malformed, message, at: place)
        }
        return base
    }

    /// Refuses weights of outputs there are not, and extremes over leaves that say nothing.
    func check(_ trees: ONNXTrees) throws(ModelError) {
        guard trees.outputs.allSatisfy({ (0..<outputCount).contains($0) }) else {
            throw ModelError(.malformed, "a weight of an output out of range", at: place)
        }
        let isExtreme = kind == .minimumThenBase || kind == .maximumThenBase
        guard !isExtreme || outputCount == 1 else {
            throw ModelError(.unsupported, "MIN or MAX of several targets", at: place)
        }
    }
}
