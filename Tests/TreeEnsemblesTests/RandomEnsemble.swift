// SPDX-License-Identifier: Apache-2.0
import Testing
import TreeEnsembles

/// SplitMix64: the same seed gives the same ensemble and rows.
struct EnsembleRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// What a random ensemble is made of.
struct EnsembleShape: CustomTestStringConvertible, Sendable {
    var name: String
    var trees = 23
    var leavesMax = 32
    var depthMax = 6
    var features = 9
    var thresholdsPerFeature = 40
    var rules: [TreeNode.Rule] = [.less]
    var missing: [TreeNode.Missing] = [.nan]
    var input = Precision.float32
    var sums = Precision.float32
    var kind = Accumulation.Kind.sumFromBase
    var outputs = 1
    var isWide = false
    var weights: [Double] = [1]
    var divisor = 1.0
    var scale = 1.0
    var base = 0.5
    var missingValue: Double?
    var readsTinyAsZero = false
    var transform = OutputTransform.identity
    var hasLinearLeaves = false

    var testDescription: String { name }
}

/// Builds ensembles and rows that probe their thresholds.
struct RandomEnsemble {
    let ensemble: TreeEnsemble
    /// Rows of every feature; doubles that are seldom exact in float32.
    let rows: [[Double]]

    init(_ shape: EnsembleShape, rows count: Int, seed: UInt64) throws {
        var random = EnsembleRandom(seed: seed)
        let bounds = Self.thresholds(shape, &random)
        ensemble = try Self.ensemble(shape, bounds, &random)
        rows = (0..<count).map { _ in
            (0..<shape.features).map { Self.value(near: bounds[$0], shape, &random) }
        }
    }

    private static let special: [Double] = [
        .nan, .nan, 0, -0.0, .infinity, -.infinity, Double(Float.leastNonzeroMagnitude),
        Double(-Float.leastNonzeroMagnitude), 1e-35, -1e-35, Double(1e-35 as Float), 2e-35, 1, 2, 3,
        -1, -0.5, 4.5, 1e30, -999,
    ]

    private static func thresholds(
        _ shape: EnsembleShape,
        _ random: inout EnsembleRandom
    ) -> [[Double]] {
        (0..<shape.features).map { _ in
            (0..<shape.thresholdsPerFeature).map { _ in
                let value =
                    Int.random(in: 0..<8, using: &random) == 0
                    ? special.randomElement(using: &random)!
                    : Double.random(in: -2...6, using: &random)
                return shape.input == .float32 ? Double(Float(value)) : value
            }
        }
    }

    /// At a threshold, one unit beside it, anywhere, or something special.
    private static func value(
        near bounds: [Double],
        _ shape: EnsembleShape,
        _ random: inout EnsembleRandom
    ) -> Double {
        let bound = bounds.randomElement(using: &random)!
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return bound
        case 1: return shape.input == .float32 ? Double(Float(bound).nextUp) : bound.nextUp
        case 2: return shape.input == .float32 ? Double(Float(bound).nextDown) : bound.nextDown
        case 3: return special.randomElement(using: &random)!
        case 4: return Double(Int.random(in: -2...40, using: &random))
        default: return Double.random(in: -2...6, using: &random)
        }
    }

    private static func ensemble(
        _ shape: EnsembleShape,
        _ bounds: [[Double]],
        _ random: inout EnsembleRandom
    ) throws -> TreeEnsemble {
        let base = (0..<shape.outputs).map { Double(Float(shape.base + Double($0) / 8)) }
        var builder = try TreeEnsembleBuilder(
            features: (0..<shape.features).map { Feature(name: "f\($0)", kind: .numeric) },
            leafWidth: shape.isWide ? shape.outputs : 1,
            inputPrecision: shape.input,
            accumulation: Accumulation(
                shape.kind,
                precision: shape.sums,
                base: base,
                divisor: shape.divisor,
                scale: shape.scale
            )
        )
        for _ in 0..<5 {
            let words = (0..<2).map { _ in UInt32.random(in: 0...UInt32.max, using: &random) }
            _ = try builder.addCategorySet(words: words)
        }
        for tree in 0..<shape.trees {
            let source = RandomTree(shape, bounds, &random)
            let weight = shape.weights[tree % shape.weights.count]
            try builder.addTree(source, output: tree * 7 % shape.outputs, weight: weight)
        }
        return builder.ensemble(
            transform: shape.transform,
            source: ModelSource(format: .onnx, version: "", objective: "", iterationCount: 1),
            readsTinyAsZero: shape.readsTinyAsZero,
            missingValue: shape.missingValue
        )
    }
}

/// A tree grown by splitting leaves at random.
private struct RandomTree: SourceTree {
    private var nodes: [SourceNode] = []
    let root = 0
    var nodeCount: Int { nodes.count }

    func node(_ number: Int) throws(ModelError) -> SourceNode { nodes[number] }

    init(_ shape: EnsembleShape, _ bounds: [[Double]], _ random: inout EnsembleRandom) {
        var leaves = [(node: 0, depth: 0)]
        nodes = [Self.leaf(shape, &random)]
        let target = Int.random(in: 1...shape.leavesMax, using: &random)
        while leaves.count < target {
            let index = leaves.indices.randomElement(using: &random)!
            guard leaves[index].depth < shape.depthMax else {
                if leaves.allSatisfy({ $0.depth >= shape.depthMax }) { break }
                continue
            }
            let (node, depth) = leaves.remove(at: index)
            let split = Self.split(shape, bounds, &random)
            nodes[node] = .split(split, left: nodes.count, right: nodes.count + 1)
            for _ in 0..<2 {
                leaves.append((nodes.count, depth + 1))
                nodes.append(Self.leaf(shape, &random))
            }
        }
    }

    private static func split(
        _ shape: EnsembleShape,
        _ bounds: [[Double]],
        _ random: inout EnsembleRandom
    ) -> TreeNode {
        let feature = Int.random(in: 0..<shape.features, using: &random)
        let rule = shape.rules.randomElement(using: &random)!
        return TreeNode(
            feature: Int32(feature),
            rule: rule,
            threshold: bounds[feature].randomElement(using: &random)!,
            categorySet: rule.isCategorical ? Int32.random(in: 0..<5, using: &random) : -1,
            missing: shape.missing.randomElement(using: &random)!,
            defaultsLeft: Bool.random(using: &random)
        )
    }

    private static func leaf(_ shape: EnsembleShape, _ random: inout EnsembleRandom) -> SourceNode {
        let values = (0..<(shape.isWide ? shape.outputs : 1)).map { _ in
            let value = Double.random(in: -1...1, using: &random)
            return shape.sums == .float32 ? Double(Float(value)) : value
        }
        if shape.hasLinearLeaves {
            return .linearLeaf(
                LinearLeaf(
                    value: values[0],
                    constant: 0.25,
                    features: [0, 1],
                    coefficients: [0.5, -1.5]
                )
            )
        }
        return shape.isWide ? .leafVector(values[...]) : .leaf(values[0])
    }
}
