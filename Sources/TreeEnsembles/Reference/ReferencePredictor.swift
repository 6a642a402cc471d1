// SPDX-License-Identifier: Apache-2.0

/// Predicts the slow and plain way: what every faster engine is compared with, bit by bit.
///
/// Floating-point operations are those of the training library, in its order and precision, without
/// fused multiply-add. It allocates per row; do not serve with it.
package struct ReferencePredictor: Sendable {
    private let ensemble: TreeEnsemble

    /// A predictor of an ensemble.
    package init(_ ensemble: TreeEnsemble) { self.ensemble = ensemble }

    /// What the library predicts for a row: `valueCount` values.
    ///
    /// The row has a value for every column; NaN is missing. In float32 ensembles values, margins and
    /// predictions are float32, widened.
    package func prediction(of row: [Double]) -> [Double] {
        ensemble.transform.applied(to: margins(of: row), ensemble.accumulation.precision)
    }

    /// The margins of a row: `outputCount` values.
    package func margins(of row: [Double]) -> [Double] {
        switch ensemble.accumulation.precision {
        case .float32: margins(of: row, as: Float.self)
        case .float64: margins(of: row, as: Double.self)
        }
    }

    /// The leaf each tree leads a row to, counted over all trees.
    package func leaves(of row: [Double]) -> [Int] {
        let values = row.map(asRead)
        return ensemble.trees.map { leaf(of: $0, values) }
    }

    private func margins<F: ReferenceFloat>(of row: [Double], as: F.Type) -> [Double] {
        let values = row.map(asRead)
        return (0..<ensemble.outputCount).map { output in
            let leaves = ensemble.trees
                .filter { ensemble.leafWidth > 1 || $0.output == output }
                .map { contribution(of: $0, to: output, values) as F }
            return Double(margin(of: leaves, base: F(ensemble.accumulation.base[output])))
        }
    }

    private func margin<F: ReferenceFloat>(of leaves: [F], base: F) -> F {
        let accumulation = ensemble.accumulation
        switch accumulation.kind {
        case .sumFromBase: return leaves.reduce(base, +)
        case .sumThenBase:
            let sum = leaves.reduce(0, +) / F(accumulation.divisor)
            let scaled = sum * F(accumulation.scale)
            return accumulation.base.allSatisfy { $0 == 0 } ? scaled : scaled + base
        case .minimumThenBase: return (leaves.min() ?? 0) + base
        case .maximumThenBase: return (leaves.max() ?? 0) + base
        }
    }

    private func contribution<F: ReferenceFloat>(
        of tree: Tree,
        to output: Int,
        _ values: [Double]
    ) -> F {
        let leaf = leaf(of: tree, values)
        if let linear = linearValue(of: leaf, values) { return F(linear) }
        let offset = ensemble.leafWidth > 1 ? output : 0
        return F(ensemble.leafValues[leaf * ensemble.leafWidth + offset]) * F(tree.weight)
    }

    /// Nil for a leaf without linear model, or with a NaN among its features.
    private func linearValue(of leaf: Int, _ values: [Double]) -> Double? {
        guard let linear = ensemble.linearLeaves else { return nil }
        let terms = linear.terms(of: leaf)
        guard terms.allSatisfy({ !values[Int(linear.features[$0])].isNaN }) else { return nil }
        return terms.reduce(linear.constants[leaf]) {
            $0 + linear.coefficients[$1] * values[Int(linear.features[$1])]
        }
    }

    private func asRead(_ value: Double) -> Double {
        let rounded = ensemble.inputPrecision == .float32 ? Double(Float(value)) : value
        if rounded == ensemble.missingValue { return .nan }
        let isTiny = abs(rounded) <= TreeNode.Missing.zeroMagnitudeMax
        return ensemble.readsTinyAsZero && isTiny ? 0 : rounded
    }

    private func leaf(of tree: Tree, _ values: [Double]) -> Int {
        var child = tree.root
        while !child.isLeaf {
            let node = ensemble.nodes[child.index]
            child = goesLeft(at: node, values[Int(node.feature)]) ? node.left : node.right
        }
        return child.index
    }

    private func goesLeft(at node: TreeNode, _ value: Double) -> Bool {
        switch node.missing {
        case .nan: value.isNaN ? node.defaultsLeft : answer(to: node, value)
        case .zero:
            value.isNaN || abs(value) <= TreeNode.Missing.zeroMagnitudeMax
                ? node.defaultsLeft : answer(to: node, value)
        case .none: answer(to: node, value.isNaN ? 0 : value)
        }
    }

    private func answer(to node: TreeNode, _ value: Double) -> Bool {
        switch node.rule {
        case .less: value < node.threshold
        case .lessOrEqual: value <= node.threshold
        case .greater: value > node.threshold
        case .greaterOrEqual: value >= node.threshold
        case .equal: value == node.threshold
        case .notEqual: value != node.threshold
        case .inSet: isInSet(node, value)
        case .notInSet: value < 0 || !isInSet(node, value)
        case .equalToMember: value == value.rounded(.towardZero) && isInSet(node, value)
        }
    }

    private func isInSet(_ node: TreeNode, _ value: Double) -> Bool {
        guard let code = Int32(exactly: value.rounded(.towardZero)) else { return false }
        return ensemble.categorySets.contains(Int(code), in: Int(node.categorySet))
    }
}
