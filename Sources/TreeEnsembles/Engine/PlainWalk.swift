// SPDX-License-Identifier: Apache-2.0

/// Predicts split by split over the ensemble itself: what is rare enough not to be compiled.
///
/// Every rule and leaf there is, without allocation; some ten times slower than the kernels.
struct PlainWalk: Sendable {
    private let ensemble: TreeEnsemble

    /// A walk over an ensemble.
    init(_ ensemble: TreeEnsemble) { self.ensemble = ensemble }

    /// Writes the margins of rows `stride` bytes apart: `outputCount` a row.
    func margins<Value: BinaryFloatingPoint>(
        rows: UnsafePointer<Value>,
        stride: Int,
        count: Int,
        into margins: UnsafeMutablePointer<Double>
    ) {
        for row in 0..<count {
            let values = (UnsafeRawPointer(rows) + row * stride).assumingMemoryBound(to: Value.self)
            let start = margins + row * ensemble.outputCount
            switch ensemble.accumulation.precision {
            case .float32: addLeaves(of: values, to: start, as: Float.self)
            case .float64: addLeaves(of: values, to: start, as: Double.self)
            }
        }
    }

    private func addLeaves<Value: BinaryFloatingPoint, Sum: BinaryFloatingPoint>(
        of row: UnsafePointer<Value>,
        to margins: UnsafeMutablePointer<Double>,
        as: Sum.Type
    ) {
        for output in 0..<ensemble.outputCount {
            margins[output] = Double(start(of: output) as Sum)
        }
        for tree in ensemble.trees {
            let leaf = leaf(of: tree, row)
            let outputs =
                ensemble.leafWidth > 1 ? 0..<ensemble.leafWidth : tree.output..<tree.output + 1
            for output in outputs {
                let value: Sum = value(of: leaf, at: output - outputs.lowerBound, tree, row)
                margins[output] = Double(combined(Sum(margins[output]), value))
            }
        }
        for output in 0..<ensemble.outputCount {
            margins[output] = Double(finished(Sum(margins[output]), output))
        }
    }
}

// MARK: - Sums

extension PlainWalk {
    private func start<Sum: BinaryFloatingPoint>(of output: Int) -> Sum {
        switch ensemble.accumulation.kind {
        case .sumFromBase: Sum(ensemble.accumulation.base[output])
        case .sumThenBase: 0
        case .minimumThenBase: ensemble.trees.isEmpty ? 0 : .infinity
        case .maximumThenBase: ensemble.trees.isEmpty ? 0 : -.infinity
        }
    }

    private func combined<Sum: BinaryFloatingPoint>(_ sum: Sum, _ value: Sum) -> Sum {
        switch ensemble.accumulation.kind {
        case .sumFromBase, .sumThenBase: sum + value
        case .minimumThenBase: value < sum ? value : sum
        case .maximumThenBase: value > sum ? value : sum
        }
    }

    private func finished<Sum: BinaryFloatingPoint>(_ sum: Sum, _ output: Int) -> Sum {
        let accumulation = ensemble.accumulation
        let base = Sum(accumulation.base[output])
        switch accumulation.kind {
        case .sumFromBase: return sum
        case .minimumThenBase, .maximumThenBase: return sum + base
        case .sumThenBase:
            let average = sum / Sum(accumulation.divisor)
            let scaled = average * Sum(accumulation.scale)
            return accumulation.base.allSatisfy { $0 == 0 } ? scaled : scaled + base
        }
    }
}

// MARK: - Leaves

extension PlainWalk {
    private func value<Value: BinaryFloatingPoint, Sum: BinaryFloatingPoint>(
        of leaf: Int,
        at offset: Int,
        _ tree: Tree,
        _ row: UnsafePointer<Value>
    ) -> Sum {
        if let linear = linearValue(of: leaf, row) { return Sum(linear) }
        return Sum(ensemble.leafValues[leaf * ensemble.leafWidth + offset]) * Sum(tree.weight)
    }

    /// Nil for a leaf without a linear model, or with a NaN among its features.
    private func linearValue<Value: BinaryFloatingPoint>(
        of leaf: Int,
        _ row: UnsafePointer<Value>
    ) -> Double? {
        guard let linear = ensemble.linearLeaves else { return nil }
        var sum = linear.constants[leaf]
        for term in linear.terms(of: leaf) {
            let value = asRead(row[Int(linear.features[term])])
            guard !value.isNaN else { return nil }
            let product = linear.coefficients[term] * value
            sum += product
        }
        return sum
    }

    private func leaf<Value: BinaryFloatingPoint>(of tree: Tree, _ row: UnsafePointer<Value>) -> Int
    {
        var child = tree.root
        while !child.isLeaf {
            let node = ensemble.nodes[child.index]
            let value = asRead(row[Int(node.feature)])
            child = goesLeft(at: node, value) ? node.left : node.right
        }
        return child.index
    }

    private func asRead<Value: BinaryFloatingPoint>(_ value: Value) -> Double {
        let rounded = ensemble.inputPrecision == .float32 ? Double(Float(value)) : Double(value)
        if rounded == ensemble.missingValue { return .nan }
        return ensemble.readsTinyAsZero && isTiny(rounded) ? 0 : rounded
    }

    private func isTiny(_ value: Double) -> Bool {
        abs(value) <= TreeNode.Missing.zeroMagnitudeMax
    }

    private func goesLeft(at node: TreeNode, _ value: Double) -> Bool {
        let isMissing = value.isNaN || node.missing == .zero && isTiny(value)
        guard isMissing else { return answer(to: node, value) }
        return node.missing == .none ? answer(to: node, 0) : node.defaultsLeft
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
